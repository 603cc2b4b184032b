package handlers

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/stepwise-go/stepwise/workflows/sensoringest"
)

// Processor stores the readings of files in a table. It is safe for concurrent use
// if its clients are.
type Processor struct {
	S3       S3
	DynamoDB DynamoDB
	Table    string // the table's name

	// Workers is how many batches of 25 readings are written at a time; 0 means 8.
	Workers int
	// Backoff says how long to wait after an attempt that is to be repeated, counted
	// from 1; nil means [Backoff].
	Backoff func(attempt int) time.Duration
}

func (p *Processor) workers() int {
	if p.Workers == 0 {
		return 8
	}
	return p.Workers
}

func (p *Processor) backoff() func(int) time.Duration {
	if p.Backoff == nil {
		return Backoff
	}
	return p.Backoff
}

// ProcessFile stores the readings of an uploaded file and lists the rows that are
// none, and those that contradict an earlier row, in objects of their own. Its
// memory does not depend on the size of the file; the temporary directory needs
// room for about as much as the file has.
//
// However often it is called for a file, and wherever it broke off before, it
// leaves the same items and objects and returns the same summary. It stops shortly
// before ctx's deadline, so as to say so.
func (p *Processor) ProcessFile(ctx context.Context, o sensoringest.Object) (sensoringest.Summary, error) {
	if err := checkUpload(o); err != nil {
		return sensoringest.Summary{}, err
	}
	ctx, cancel := early(ctx)
	defer cancel()
	summary, err := p.process(ctx, o)
	if is[sensoringest.ObjectNotFound](err) {
		err = absent(ctx, p.S3, o, err)
	}
	if err != nil {
		return sensoringest.Summary{}, err
	}
	return summary, nil
}

// early ends ctx a tenth of the time that is left before its deadline, ten seconds
// at most.
func early(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	reserve := min(time.Until(deadline)/10, 10*time.Second)
	return context.WithDeadline(ctx, deadline.Add(-reserve))
}

func (p *Processor) process(ctx context.Context, o sensoringest.Object) (s sensoringest.Summary, err error) {
	in, err := open(ctx, p.S3, o, retries{backoff: p.backoff()})
	if err != nil {
		return s, err
	}
	defer in.Close()
	if err := checkSize(o, in.size); err != nil {
		return s, err
	}
	f := newFile(o)
	defer f.close()
	if err := f.store(in, newWriter(ctx, p)); err != nil {
		return s, err
	}
	if err := f.settle(); err != nil {
		return s, err
	}
	if f.summary.RejectedKey, err = f.rejected.upload(ctx, p.S3, o.Bucket); err != nil {
		return s, err
	}
	if f.summary.ConflictsKey, err = f.conflicts.upload(ctx, p.S3, o.Bucket); err != nil {
		return s, err
	}
	return f.summary, nil
}

// file is what is known of a file while it is processed.
type file struct {
	summary   sensoringest.Summary
	ledger    ledger
	rejected  report
	conflicts report
}

func newFile(o sensoringest.Object) *file {
	return &file{
		summary: sensoringest.Summary{Object: o},
		rejected: report{
			key:    sensoringest.RejectedPrefix + o.Key,
			header: []string{"LINE", "REASON", "ROW"},
		},
		conflicts: report{
			key:    sensoringest.ConflictsPrefix + o.Key,
			header: []string{"LINE", "SENSOR_UID", "TIMESTAMP", "VALUE", "FIRST_LINE", "FIRST_VALUE"},
		},
	}
}

func (f *file) close() {
	f.ledger.close()
	f.rejected.close()
	f.conflicts.close()
}

// store writes the readings of in and waits until they are written.
func (f *file) store(in io.Reader, out *writer) error {
	err := f.read(newRows(in), out)
	if writeErr := out.close(); writeErr != nil {
		return writeErr
	}
	return err
}

func (f *file) read(in *rows, out *writer) error {
	for {
		r, err := in.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		f.summary.Rows++
		reading, wrong := parse(r)
		if wrong != "" {
			f.summary.Rejected++
			if err := f.rejected.add(decimal(r.line), wrong, string(r.text)); err != nil {
				return disk(err)
			}
			continue
		}
		if err := f.ledger.add(reading.Sensor, reading.Time, reading.Value, r.line); err != nil {
			return disk(err)
		}
		if !out.put(reading) {
			return nil // the writer says why when it is closed
		}
	}
}

// settle counts the readings and lists the conflicts.
func (f *file) settle() error {
	err := f.ledger.settle(func(c conflict) error {
		return f.conflicts.add(decimal(c.line), c.sensor, decimal(c.time), c.value, decimal(c.firstLine), c.firstValue)
	})
	if err != nil {
		return disk(err)
	}
	f.summary.Stored = f.ledger.stored
	f.summary.Repeated = f.ledger.repeated
	f.summary.Conflicts = f.ledger.conflicts
	return nil
}

// disk is the error for a temporary file that cannot be written or read.
func disk(err error) error {
	return sensoringest.RequestFailed(fmt.Sprintf("temporary file: %v; the function needs ephemeral storage of about the file's size", err))
}
