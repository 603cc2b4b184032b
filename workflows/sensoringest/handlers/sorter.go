package handlers

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"io"
	"os"
	"slices"
)

// sortMemory is how many bytes of records a sorter holds in memory.
const sortMemory = 4 << 20

// sorter sorts any number of records by their bytes in a fixed amount of memory:
// what does not fit goes, sorted, to a temporary file, and is merged from there.
// The zero value is ready for use and writes to the default directory for
// temporary files.
type sorter struct {
	memory  int    // bytes of records held in memory; 0 means sortMemory
	data    []byte // the records held in memory, one after the other
	records []span // where they are in data
	file    *os.File
	runs    []span64 // the sorted runs in file
}

type (
	span   struct{ from, to uint32 }
	span64 struct{ from, to int64 }
)

// add copies the record.
func (s *sorter) add(record []byte) error {
	limit := s.memory
	if limit == 0 {
		limit = sortMemory
	}
	if len(s.data) > 0 && len(s.data)+len(record) > limit {
		if err := s.spill(); err != nil {
			return err
		}
	}
	from := len(s.data)
	s.data = append(s.data, record...)
	s.records = append(s.records, span{uint32(from), uint32(len(s.data))})
	return nil
}

// each calls yield for every record, in order. The record is valid during the
// call. Nothing can be added afterwards.
func (s *sorter) each(yield func(record []byte) error) error {
	if s.file == nil {
		s.sort()
		for _, at := range s.records {
			if err := yield(s.data[at.from:at.to]); err != nil {
				return err
			}
		}
		return nil
	}
	if err := s.spill(); err != nil {
		return err
	}
	s.data, s.records = nil, nil
	return s.merge(yield)
}

// close removes the temporary file.
func (s *sorter) close() {
	if s.file != nil {
		s.file.Close()
		os.Remove(s.file.Name())
	}
}

func (s *sorter) sort() {
	slices.SortFunc(s.records, func(a, b span) int {
		return bytes.Compare(s.data[a.from:a.to], s.data[b.from:b.to])
	})
}

// spill writes the records in memory to the file as a run: each with its length
// before it.
func (s *sorter) spill() (err error) {
	if s.file == nil {
		if s.file, err = os.CreateTemp("", "sort-*"); err != nil {
			return err
		}
	}
	s.sort()
	from, err := s.file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(s.file, 64<<10)
	var length [binary.MaxVarintLen64]byte
	to := from
	for _, at := range s.records {
		n := binary.PutUvarint(length[:], uint64(at.to-at.from))
		out.Write(length[:n])
		out.Write(s.data[at.from:at.to])
		to += int64(n) + int64(at.to-at.from)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	s.runs = append(s.runs, span64{from, to})
	s.data, s.records = s.data[:0], s.records[:0]
	return nil
}

func (s *sorter) merge(yield func(record []byte) error) error {
	var heads runHeap
	size := min(64<<10, max(4<<10, sortMemory/len(s.runs)))
	for _, at := range s.runs {
		r := &runReader{in: bufio.NewReaderSize(io.NewSectionReader(s.file, at.from, at.to-at.from), size)}
		if err := r.next(); err != nil {
			return err
		}
		heads = append(heads, r)
	}
	heap.Init(&heads)
	for len(heads) > 0 {
		if err := yield(heads[0].record); err != nil {
			return err
		}
		switch err := heads[0].next(); err {
		case nil:
			heap.Fix(&heads, 0)
		case io.EOF:
			heap.Pop(&heads)
		default:
			return err
		}
	}
	return nil
}

// runReader reads the records of one run.
type runReader struct {
	in     *bufio.Reader
	record []byte
}

func (r *runReader) next() error {
	n, err := binary.ReadUvarint(r.in)
	if err != nil {
		return err
	}
	r.record = slices.Grow(r.record[:0], int(n))[:n]
	if _, err = io.ReadFull(r.in, r.record); err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// runHeap has the run with the smallest record first.
type runHeap []*runReader

func (h runHeap) Len() int           { return len(h) }
func (h runHeap) Less(i, j int) bool { return bytes.Compare(h[i].record, h[j].record) < 0 }
func (h runHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)        { *h = append(*h, x.(*runReader)) }

func (h *runHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
