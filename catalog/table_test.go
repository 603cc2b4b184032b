package catalog

import (
	"archive/zip"
	"bytes"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

// useBlock asks a block everything.
func useBlock(b *block) {
	for i := range b.actions.n {
		line := b.actions.line(i)
		a := b.action("service", line)
		a.Errors()
		a.Operation()
		a.Input.Kind()
		a.Output.Kind()
		o := b.integration("service", line)
		o.Result("sync").Kind()
		o.Result("sync:2").Kind()
		b.actions.find(firstWord(line))
	}
	for i := range b.shapes.n {
		s := b.shape(i)
		s.Kind()
		s.Scalar()
		s.Bounds()
		s.Enum()
		s.Key().Kind()
		s.Elem().Kind()
		s.Nearest("Name")
		for _, m := range s.Members() {
			m.Shape.Kind()
		}
		s.Member("Name")
	}
}

func FuzzBlock(f *testing.F) {
	t := openTable(tableText)
	for _, name := range []string{"sdk/sqs", "sdk/dax", "opt/states", "opt/http"} {
		f.Add(t.read(name))
	}
	f.Add("")
	f.Add("1 1 1 A a ID\nE\na 0 0 - 0\nS A!0 :0 ?1 ! B L")
	f.Add("-1 99999999999999999999 1 A a ID\n")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) < 1<<13 {
			useBlock(parseBlock(text))
		}
	})
}

func FuzzAuthorization(f *testing.F) {
	f.Add(openTable(tableText).read("iam/sqs"))
	f.Add("1 1\ntable\tarn\nGetItem R 0!,1,x a:B k\n")
	f.Add("9 9\n\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		a := parseAuthorization(text)
		for name := range a.lines {
			a.permission("prefix", name)
		}
	})
}

// A table of which bytes are broken has what its sums still fit, and loses the rest.
func TestBrokenTables(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	whole := openTable(tableText)
	for range 30 {
		broken := []byte(tableText)
		for range 1 + random.IntN(200) {
			broken[random.IntN(len(broken))] ^= byte(1 + random.IntN(255))
		}
		table := openTable(string(broken))
		for name := range table.entries {
			if text := table.read(name); text != "" && text != whole.read(name) && whole.entries[name] != nil {
				t.Fatalf("%s is read, and is not what it was", name)
			}
		}
	}
	for _, text := range []string{"", "no archive", tableText[:len(tableText)/2]} {
		if n := len(openTable(text).entries); n > 0 {
			t.Errorf("%d entries are in what is no table", n)
		}
	}
}

// An entry that says that it is small and is not does not fill the memory.
func TestEntriesAreBounded(t *testing.T) {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	e, err := w.Create("sdk/large")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Write(make([]byte, largest+1)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if text := openTable(archive.String()).read("sdk/large"); text != "" {
		t.Errorf("%d bytes are read", len(text))
	}
}

func TestTheWholeTableIsReadable(t *testing.T) {
	t.Parallel()
	for name := range embedded().entries {
		folder, _, _ := strings.Cut(name, "/")
		switch text := embedded().read(name); {
		case text == "":
			t.Errorf("%s is empty", name)
		case folder == "iam":
			a := parseAuthorization(text)
			for action := range a.lines {
				if p := a.permission("p", action); p.Action == "p:" || p.Access == UnknownAccess {
					t.Errorf("%s: %+v", name, p)
				}
			}
		default:
			checkBlock(t, name, parseBlock(text))
		}
	}
}

// checkBlock holds every shape of a block to be whole.
func checkBlock(t *testing.T, name string, b *block) {
	t.Helper()
	if b.actions.n == 0 || b.shapes.n == 0 || b.service.ErrorPrefix == "" || b.service.ID == "" {
		t.Errorf("%s: %+v has %d actions and %d shapes", name, b.service, b.actions.n, b.shapes.n)
	}
	for i := range b.shapes.n {
		s := b.shape(i)
		switch s.Kind() {
		case None:
			t.Errorf("%s: shape %d: %q", name, i, s.text())
		case List, Map:
			if s.Elem().Kind() == None || s.Kind() == Map && s.Key().Kind() != String {
				t.Errorf("%s: shape %d: %q", name, i, s.text())
			}
		}
		for m := range s.All() {
			if m.Name == "" || m.Shape.Kind() == None {
				t.Errorf("%s: shape %d: %q", name, i, s.text())
			}
		}
	}
}

func TestManyMayAskAtOnce(t *testing.T) {
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for _, service := range []string{"sns", "kms", "sqs", "ecr"} {
				b := sdkBlock(service)
				if b == nil {
					t.Errorf("there is no %s", service)
					return
				}
				useBlock(b)
			}
			if _, ok := LookupPermission("kms:Encrypt"); !ok {
				t.Error("there is no kms:Encrypt")
			}
		})
	}
	wait.Wait()
}

// The first question of all: the archive's directory, then one service.
func BenchmarkFirstLookup(b *testing.B) {
	for _, service := range []string{"sqs", "dynamodb", "ec2"} {
		b.Run(service, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				parseBlock(openTable(tableText).read("sdk/" + service))
			}
		})
	}
}

// The first question about a service, when others were asked before.
func BenchmarkFirstOfService(b *testing.B) {
	table := openTable(tableText)
	for _, service := range []string{"sqs", "dynamodb", "ec2"} {
		b.Run(service, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e := &entry{file: table.entries["sdk/"+service].file}
				parseBlock(e.read())
			}
		})
	}
}

func BenchmarkLookup(b *testing.B) {
	Lookup("dynamodb", "putItem")
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := Lookup("dynamodb", "putItem"); !ok {
			b.Fatal("there is none")
		}
	}
}

func BenchmarkMember(b *testing.B) {
	a, _ := Lookup("dynamodb", "putItem")
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := a.Input.Member("TableName"); !ok {
			b.Fatal("there is none")
		}
	}
}

func BenchmarkPermissions(b *testing.B) {
	a, _ := Lookup("dynamodb", "putItem")
	b.ReportAllocs()
	for b.Loop() {
		if len(a.Permissions()) != 1 {
			b.Fatal("there is none")
		}
	}
}
