package handlers

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSorterSortsWhateverItsMemory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := rapid.SliceOf(rapid.SliceOfN(rapid.Byte(), 0, 6)).Draw(t, "records")
		s := sorter{memory: rapid.IntRange(1, 40).Draw(t, "memory")}
		defer s.close()
		for _, record := range records {
			if err := s.add(record); err != nil {
				t.Fatal(err)
			}
		}
		var got [][]byte
		err := s.each(func(record []byte) error {
			got = append(got, bytes.Clone(record))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(records, bytes.Compare)
		if !slices.EqualFunc(got, records, bytes.Equal) {
			t.Fatalf("got %q, want %q", got, records)
		}
	})
}

func TestSorterRemovesItsFileAndPassesErrorsOn(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	stop := errors.New("stop")
	for _, memory := range []int{1, 1000} {
		s := sorter{memory: memory}
		for _, record := range []string{"b", "c", "a"} {
			if err := s.add([]byte(record)); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		err := s.each(func(record []byte) error {
			got = append(got, string(record))
			if len(got) == 2 {
				return stop
			}
			return nil
		})
		if err != stop || !slices.Equal(got, []string{"a", "b"}) {
			t.Errorf("memory %d: got %q, %v", memory, got, err)
		}
		s.close()
	}
	left, err := os.ReadDir(os.TempDir())
	if err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestSorterReportsThatItCannotWrite(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()+"/missing")
	s := sorter{memory: 1}
	defer s.close()
	if err := s.add([]byte("a")); err != nil {
		t.Fatal(err)
	}
	if err := s.add([]byte("b")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

type noted struct {
	Sensor string
	Time   int64
	Value  string
}

// naive is the ledger as one would write it without a thought for memory.
func naive(readings []noted) (stored, repeated int64, conflicts []conflict) {
	type moment struct {
		sensor string
		time   int64
	}
	seen := map[noted]bool{}
	first := map[moment]int{}
	for i, r := range readings {
		if seen[r] {
			repeated++
			continue
		}
		seen[r] = true
		stored++
		m := moment{r.Sensor, r.Time}
		if at, ok := first[m]; ok {
			conflicts = append(conflicts, conflict{int64(i + 1), r.Sensor, r.Time, r.Value, int64(at + 1), readings[at].Value})
		} else {
			first[m] = i
		}
	}
	return stored, repeated, conflicts
}

func settled(t interface{ Fatal(...any) }, l *ledger, readings []noted) (conflicts []conflict) {
	for i, r := range readings {
		if err := l.add(r.Sensor, r.Time, r.Value, int64(i+1)); err != nil {
			t.Fatal(err)
		}
	}
	err := l.settle(func(c conflict) error {
		conflicts = append(conflicts, c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return conflicts
}

func TestLedgerFindsWhatOneWithAllInMemoryWould(t *testing.T) {
	reading := rapid.Custom(func(t *rapid.T) noted {
		return noted{
			Sensor: rapid.SampledFrom([]string{"a", "ab", "b", "\x01"}).Draw(t, "sensor"),
			Time:   rapid.SampledFrom([]int64{0, 1, 256, 9999999999}).Draw(t, "time"),
			Value:  rapid.SampledFrom([]string{"1", "10", "1.0", "-1"}).Draw(t, "value"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		readings := rapid.SliceOf(reading).Draw(t, "readings")
		memory := rapid.IntRange(1, 200).Draw(t, "memory")
		l := ledger{readings: sorter{memory: memory}, disputed: sorter{memory: memory}, found: sorter{memory: memory}}
		defer l.close()
		conflicts := settled(t, &l, readings)
		stored, repeated, want := naive(readings)
		if diff := cmp.Diff(want, conflicts, cmp.AllowUnexported(conflict{})); diff != "" {
			t.Fatal(diff)
		}
		if l.stored != stored || l.repeated != repeated || l.conflicts != int64(len(want)) {
			t.Fatalf("got %d stored, %d repeated, %d conflicts; want %d, %d, %d",
				l.stored, l.repeated, l.conflicts, stored, repeated, len(want))
		}
	})
}

func BenchmarkLedger(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var l ledger
		for i := range int64(200_000) {
			if err := l.add("0000-"+strconv.FormatInt(i%1000, 10), 1483906366+i/1000, "115.45", i+1); err != nil {
				b.Fatal(err)
			}
		}
		if err := l.settle(func(conflict) error { return nil }); err != nil {
			b.Fatal(err)
		}
		if l.stored != 200_000 {
			b.Fatal(l.stored)
		}
		l.close()
	}
}
