package handlers

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// ledger finds the readings of a file that say the same as an earlier one, and
// those that say something else of the same sensor and second. It sorts the
// readings: its memory does not grow with the file, but its temporary files do, to
// about the size of the file. The zero value is ready for use.
type ledger struct {
	readings sorter // moment, value, 0, line: all readings
	disputed sorter // moment, line, value: the readings of a moment that has several values
	found    sorter // line, first line, moment, value, 0, first value: the conflicts

	stored, repeated, conflicts int64
}

// A moment is a sensor, 0 and the time as eight bytes. A sensor's UID has no byte
// 0, nor has a value. Numbers are big-endian, so that they sort.
const numberSize = 8

// conflict is a reading that gives another value than the first reading of the
// file for its sensor and second.
type conflict struct {
	line       int64
	sensor     string
	time       int64
	value      string
	firstLine  int64
	firstValue string
}

// add notes that the line holds the reading.
func (l *ledger) add(sensor string, time int64, value string, line int64) error {
	var space [1024]byte
	b := append(append(space[:0], sensor...), 0)
	b = appendNumber(b, time)
	b = append(append(b, value...), 0)
	return l.readings.add(appendNumber(b, line))
}

// settle counts the readings and calls yield for every conflict, in the order of
// lines.
func (l *ledger) settle(yield func(conflict) error) error {
	if err := l.dispute(); err != nil {
		return err
	}
	if err := l.find(); err != nil {
		return err
	}
	return l.found.each(func(record []byte) error {
		line, rest := cutNumber(record)
		firstLine, rest := cutNumber(rest)
		moment, rest := cutMoment(rest)
		value, firstValue, _ := bytes.Cut(rest, []byte{0})
		sensor, time := moment[:len(moment)-numberSize-1], moment[len(moment)-numberSize:]
		return yield(conflict{
			line:       line,
			sensor:     string(sensor),
			time:       int64(binary.BigEndian.Uint64(time)),
			value:      string(value),
			firstLine:  firstLine,
			firstValue: string(firstValue),
		})
	})
}

// dispute counts readings and repetitions, and hands on the readings of moments
// that have several values.
func (l *ledger) dispute() error {
	var last []byte // the reading before this one, repetitions left out
	lastIsDisputed := false
	return l.readings.each(func(record []byte) error {
		if sameReading(last, record) {
			l.repeated++
			return nil
		}
		l.stored++
		disputed := last != nil && sameMoment(last, record)
		if disputed && !lastIsDisputed {
			if err := l.addDisputed(last); err != nil {
				return err
			}
		}
		if disputed {
			if err := l.addDisputed(record); err != nil {
				return err
			}
		}
		last, lastIsDisputed = append(last[:0], record...), disputed
		return nil
	})
}

func (l *ledger) addDisputed(record []byte) error {
	moment, rest := cutMoment(record)
	value, line := rest[:len(rest)-numberSize-1], rest[len(rest)-numberSize:]
	return l.disputed.add(slices.Concat(moment, line, value))
}

// find takes the first line of each disputed moment for the reading, and the others
// for its conflicts.
func (l *ledger) find() error {
	var first []byte
	return l.disputed.each(func(record []byte) error {
		if first == nil || !sameMoment(first, record) {
			first = append(first[:0], record...)
			return nil
		}
		l.conflicts++
		moment, rest := cutMoment(record)
		_, firstRest := cutMoment(first)
		line, value := rest[:numberSize], rest[numberSize:]
		firstLine, firstValue := firstRest[:numberSize], firstRest[numberSize:]
		return l.found.add(slices.Concat(line, firstLine, moment, value, []byte{0}, firstValue))
	})
}

func (l *ledger) close() {
	l.readings.close()
	l.disputed.close()
	l.found.close()
}

func appendNumber(b []byte, n int64) []byte { return binary.BigEndian.AppendUint64(b, uint64(n)) }

func cutNumber(b []byte) (n int64, rest []byte) {
	return int64(binary.BigEndian.Uint64(b)), b[numberSize:]
}

func cutMoment(record []byte) (moment, rest []byte) {
	end := bytes.IndexByte(record, 0) + 1 + numberSize
	return record[:end], record[end:]
}

func sameMoment(a, b []byte) bool {
	moment, _ := cutMoment(a)
	return bytes.HasPrefix(b, moment)
}

// sameReading compares two records of ledger.readings but for the line.
func sameReading(a, b []byte) bool {
	return len(a) == len(b) && len(a) > 0 && bytes.Equal(a[:len(a)-numberSize], b[:len(b)-numberSize])
}
