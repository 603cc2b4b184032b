// Package parquet reads Apache Parquet files for distributed Maps whose ItemReader
// has the InputType PARQUET. It stands beside package interp so that programs that
// read no such files do not link what reads them:
//
//	machine, err := interp.New(def, interp.WithObjects(store), interp.WithParquet(parquet.Rows))
//
// # Items
//
// An item is an object with a member for each column, in the file's order. Strings,
// enumerations and UUIDs are texts; embedded JSON is a text too. Integers and
// floating-point numbers are numbers, decimals numbers with all their digits.
// Timestamps are integers, the milliseconds since 1970; dates are texts such as
// "2025-11-21", times of day texts such as "13:45:00.5". Lists are arrays, groups
// and maps objects. What is null is null, and so are NaN and the infinities, for
// which JSON has no number. Bytes that nothing else is said of are texts in base64.
//
// Timestamps and nesting are as others report that the service gives them; how it writes
// decimals, dates, times of day and bytes is not on record.
package parquet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/parquet-go/parquet-go"
	"github.com/stepwise-go/stepwise/asl/value"
)

// The service's limits for Parquet files (Step Functions Developer Guide,
// "ItemReader (Map)").
const (
	maxRowGroup = 256 << 20 // bytes
	maxFooter   = 5 << 20
)

// Rows yields the rows of a Parquet file as package asl/value has them; an error is
// the last that it yields. It is for [interp.WithParquet].
//
// The format is read from its end. Content that is an [io.ReaderAt] and an
// [io.Seeker], as an [os.File] is, is read in place; any other is copied to a
// temporary file first. Either way memory holds a few pages of each column at a time,
// whatever the size of the file. A file that is damaged ends in an error, but may make
// the library ask for up to 2 GiB before that.
//
// [interp.WithParquet]: https://pkg.go.dev/github.com/stepwise-go/stepwise/interp#WithParquet
func Rows(content io.Reader) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		taken := true // yield wants more
		err := guarded(func() error {
			return read(content, func(row any) bool {
				taken = false // also where yield panics
				taken = yield(row, nil)
				return taken
			})
		}, &taken)
		if err != nil && taken {
			yield(nil, err)
		}
	}
}

// guarded makes an error of a panic of the library, which it has for some of the
// files that are damaged. What happens while something else has control passes.
func guarded(do func() error, ours *bool) (err error) {
	defer func() {
		if !*ours {
			return
		}
		if v := recover(); v != nil {
			err = fmt.Errorf("the Parquet file is damaged: %v", v)
		}
	}()
	return do()
}

// read hands on the rows of a file as long as they are wanted.
func read(content io.Reader, yield func(any) bool) error {
	file, size, done, err := seekable(content)
	if err != nil {
		return err
	}
	defer done()
	if err := checkFooter(file, size); err != nil {
		return err
	}
	f, err := parquet.OpenFile(file, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return err
	}
	root := newGroup(f.Root())
	for i, group := range f.RowGroups() {
		if n := f.Metadata().RowGroups[i].TotalByteSize; n > maxRowGroup {
			return fmt.Errorf("row group %d of the Parquet file has %d bytes, the service reads at most %d", i, n, maxRowGroup)
		}
		if more, err := readGroup(group, root, yield); !more || err != nil {
			return err
		}
	}
	return nil
}

// seekable returns the content as something that can be read anywhere, its size,
// and what lets go of it.
func seekable(content io.Reader) (file io.ReaderAt, size int64, done func(), err error) {
	if file, ok := content.(interface {
		io.ReaderAt
		io.Seeker
	}); ok {
		size, err := file.Seek(0, io.SeekEnd)
		return file, size, func() {}, err
	}
	copied, err := os.CreateTemp("", "stepwise-*.parquet")
	if err != nil {
		return nil, 0, nil, err
	}
	done = func() {
		copied.Close()
		os.Remove(copied.Name())
	}
	if size, err = io.Copy(copied, content); err != nil {
		done()
	}
	return copied, size, done, err
}

var errNotParquet = errors.New("not a Parquet file")

// checkFooter checks the end of a file before anything is read by its word.
func checkFooter(file io.ReaderAt, size int64) error {
	const tail = 8 // the footer's length and PAR1
	if size < tail+4 {
		return errNotParquet
	}
	var end [tail]byte
	if _, err := file.ReadAt(end[:], size-tail); err != nil && err != io.EOF {
		return err
	}
	n := int64(binary.LittleEndian.Uint32(end[:4]))
	switch {
	case bytes.Equal(end[4:], []byte("PARE")):
		return errors.New("the Parquet file is encrypted")
	case !bytes.Equal(end[4:], []byte("PAR1")) || n > size-tail-4:
		return errNotParquet
	case n > maxFooter:
		return fmt.Errorf("the footer of the Parquet file has %d bytes, the service reads at most %d", n, maxFooter)
	}
	return nil
}

// rowsAtATime is how many rows are read in one go.
const rowsAtATime = 64

// readGroup hands on the rows of a row group; more says whether others are wanted.
func readGroup(group parquet.RowGroup, root *node, yield func(any) bool) (more bool, err error) {
	rows := group.Rows()
	defer rows.Close()
	buffer := make([]parquet.Row, rowsAtATime)
	columns := make(cursors, len(group.ColumnChunks()))
	for {
		n, err := rows.ReadRows(buffer)
		for _, row := range buffer[:n] {
			item, err := columns.assemble(root, row)
			if err != nil {
				return false, err
			}
			if !yield(item) {
				return false, nil
			}
		}
		switch {
		case err == io.EOF:
			return true, nil
		case err != nil:
			return false, err
		case n == 0:
			return false, io.ErrNoProgress
		}
	}
}

// cursors are the values of a row that have not been taken yet, by column.
type cursors [][]parquet.Value

// assemble makes the object of a row.
func (c cursors) assemble(root *node, row parquet.Row) (any, error) {
	clear(c)
	row.Range(func(column int, values []parquet.Value) bool {
		c[column] = values
		return true
	})
	members := make([]value.Member, len(root.children))
	for i, child := range root.children {
		v, err := child.read(c)
		if err != nil {
			return nil, err
		}
		members[i] = value.Member{Name: child.name, Value: v}
	}
	return value.NewObject(members...), nil
}
