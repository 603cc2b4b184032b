package value_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl/value"
)

// payload returns a text of about that many bytes that looks like an order.
func payload(size int) string {
	var b strings.Builder
	b.WriteString(`{"orderId":"o-20260105-0001","customer":{"name":"Ana Müller","email":"ana@example.com","vip":true},"items":[`)
	for i := 0; b.Len() < size-100; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"sku":"SKU-%06d","quantity":%d,"price":%d.%02d,"gift":%t,"note":null,"tags":["new","sale"]}`,
			i*7919%1000000, i%5+1, i*37%900+300, i%90+9, i%3 == 0)
	}
	b.WriteString(`],"total":1234.5,"currency":"EUR","createdAt":"2026-01-05T10:00:00Z","note":"a \"quoted\" line\n"}`)
	return b.String()
}

var sizes = []struct {
	name string
	text string
}{{"2KB", payload(2 << 10)}, {"200KB", payload(200 << 10)}}

func BenchmarkParse(b *testing.B) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(size.text)))
			for b.Loop() {
				if _, err := value.Parse(size.text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParseNode(b *testing.B) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(size.text)))
			for b.Loop() {
				if _, err := value.ParseNode(size.text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			v, buf := mustParse(b, size.text), make([]byte, 0, 2*len(size.text))
			b.ReportAllocs()
			b.SetBytes(int64(len(size.text)))
			for b.Loop() {
				buf = value.Append(buf[:0], v)
			}
		})
	}
}

func BenchmarkSize(b *testing.B) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			v := mustParse(b, size.text)
			b.ReportAllocs()
			b.SetBytes(int64(len(size.text)))
			for b.Loop() {
				value.Size(v)
			}
		})
	}
}

func BenchmarkEqual(b *testing.B) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			v, w := mustParse(b, size.text), mustParse(b, size.text)
			b.ReportAllocs()
			for b.Loop() {
				if !value.Equal(v, w) {
					b.Fatal("not equal")
				}
			}
		})
	}
}

// The standard library's figures, to compare with.

func BenchmarkEncodingJSONDecode(b *testing.B) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			text := []byte(size.text)
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				d := json.NewDecoder(bytes.NewReader(text))
				d.UseNumber()
				var v any
				if err := d.Decode(&v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEncodingJSONEncode(b *testing.B) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			var v any
			if err := json.Unmarshal([]byte(size.text), &v); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.SetBytes(int64(len(size.text)))
			for b.Loop() {
				if _, err := json.Marshal(v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkObjectGet(b *testing.B) {
	for _, members := range []int{4, 8, 32, 1000} {
		b.Run(fmt.Sprint(members), func(b *testing.B) {
			o := objectOf(members)
			name := fmt.Sprintf("member%d", members/2)
			b.ReportAllocs()
			for b.Loop() {
				if !o.Has(name) {
					b.Fatal("no such member")
				}
			}
		})
	}
}

func BenchmarkObjectWith(b *testing.B) {
	for _, members := range []int{4, 32} {
		o := objectOf(members)
		for _, name := range []string{"member3", "fresh"} {
			b.Run(fmt.Sprint(members, "/", name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					o.With(name, nil)
				}
			})
		}
	}
}

func objectOf(members int) *value.Object {
	list := make([]value.Member, members)
	for i := range list {
		list[i] = value.Member{Name: fmt.Sprintf("member%d", i), Value: int64(i)}
	}
	return value.NewObject(list...)
}

func mustParse(tb testing.TB, text string) any {
	tb.Helper()
	v, err := value.Parse(text)
	if err != nil {
		tb.Fatalf("Parse(%s): %v", text, err)
	}
	return v
}
