// Package sensoringest stores the readings of a CSV file that is uploaded to a
// bucket in a DynamoDB table, moves the file out of the way and reports by
// e-mail.
//
// A row of the file is SENSOR_UID,TIMESTAMP,VALUE: a sensor, unix seconds, and a
// decimal number. A first line with these three names is a header.
//
//	0000-0001,1483906366,10.10
//	0000-0011,1483906376,-5.10
//
// # No measurement is lost
//
// Now and then a sensor reports two values for one second. Keeping the last row
// loses the first value, keeping the first loses the last, refusing the file
// loses all the others, and which value is right only a person can tell; both
// may be, as a second is long. So both are stored and both are shown: the
// table's sort key is the timestamp and the value as it was written, such as
// 1483906366#10.10, and every row that gives another value than an earlier row of
// the file did is listed in an object under conflicts/ and counted in the
// [Summary]. A query for one second of a sensor (begins_with "1483906366#") finds
// every value that was reported for it.
//
// "Another value" means another text: 10.1 and 10.10 are two readings, for the
// second says more about the instrument. The sort key keeps the text, the number
// attribute keeps the number.
//
// A row that is no reading goes to an object under rejected/, with its line
// number and what is wrong with it.
//
// # Delivered twice
//
// An item of the table is a function of the row and of nothing else, so a file
// that is delivered twice, read again after a crash, or overlaps with another
// file, writes the same items again. The objects under rejected/ and conflicts/
// and the summary depend on the file's content alone. A delivery of a file that
// has been moved already ends in [AlreadyProcessed].
//
// # The bucket
//
// The workflow writes into the bucket whose events start it. The event rule must
// leave out [ProcessedPrefix], [RejectedPrefix] and [ConflictsPrefix]; the
// functions refuse such objects all the same, so that a rule that forgets cannot
// start an endless chain. An object that is uploaded again under the same key
// replaces what the earlier one left under these prefixes: use a bucket with
// versions, or keys that are not used twice.
package sensoringest

import "strconv"

// Event is the "Object Created" event that Amazon S3 sends to EventBridge, as
// far as the workflow needs it. Its key is not URL-encoded, unlike that of an S3
// notification.
type Event struct {
	Detail Detail `json:"detail"`
}

// Detail is the detail of an [Event].
type Detail struct {
	Bucket struct {
		Name string `json:"name"`
	} `json:"bucket"`
	Object struct {
		Key       string `json:"key"`
		Size      int64  `json:"size"`
		ETag      string `json:"etag"`
		VersionID string `json:"version-id,omitempty"` // only of a bucket with versions
	} `json:"object"`
}

// Upload returns the object that the event is about.
func (e Event) Upload() Object {
	o := e.Detail.Object
	return Object{Bucket: e.Detail.Bucket.Name, Key: o.Key, VersionID: o.VersionID, ETag: o.ETag}
}

// Object names an object in a bucket, or one state of it: with a VersionID it
// means that version, with an ETag it means the object while it has that content.
// Name both where they are known; then a file that is replaced while the workflow
// runs is not mixed up with its successor.
type Object struct {
	Bucket    string
	Key       string
	VersionID string `json:",omitempty"`
	ETag      string `json:",omitempty"` // with or without its quotation marks
}

// Where the workflow puts what it writes, in the bucket of the upload.
const (
	ProcessedPrefix = "processed/" // the files that are done with, moved
	RejectedPrefix  = "rejected/"  // the rows that are no readings
	ConflictsPrefix = "conflicts/" // the rows that contradict an earlier one
)

// Summary says what became of a file. Rows = Stored + Repeated + Rejected.
type Summary struct {
	Object    Object
	Rows      int64 // without the header and empty lines
	Stored    int64 // distinct readings, all of them in the table
	Repeated  int64 // rows that say what an earlier row of the file said
	Conflicts int64 // of the stored readings, those whose sensor and timestamp an earlier row gave another value
	Rejected  int64 // rows that are no readings

	RejectedKey  string // the object that lists the rejected rows; empty if there are none
	ConflictsKey string // the object that lists the conflicts; empty if there are none
}

// Sent tells that Amazon SES took an e-mail.
type Sent struct {
	MessageID string
}

// The attributes of the table's items. None of them is a reserved word of
// DynamoDB's expressions.
const (
	SensorAttribute  = "sensor_uid"    // partition key, a string
	ReadingAttribute = "reading"       // sort key, a string: see [Reading.SortKey]
	TimeAttribute    = "unix_time"     // a number
	ValueAttribute   = "reading_value" // a number
)

// Reading is one measurement of a sensor.
type Reading struct {
	Sensor string
	Time   int64  // unix seconds, 0 to 9999999999
	Value  string // the decimal number as it was written
}

// SortKey returns the timestamp in ten digits, '#' and the value as it was
// written. Sort keys are in the order of time, and two readings of a sensor have
// the same one only if they say the same.
func (r Reading) SortKey() string { return string(r.AppendSortKey(nil)) }

// AppendSortKey appends the sort key to b.
func (r Reading) AppendSortKey(b []byte) []byte {
	var text [20]byte
	t := strconv.AppendInt(text[:0], r.Time, 10)
	const zeros = "0000000000"
	b = append(b, zeros[min(len(t), len(zeros)):]...)
	b = append(b, t...)
	b = append(b, '#')
	return append(b, r.Value...)
}

// The errors of the functions. Step Functions knows an error of a Lambda function
// by the name of its Go type, so these names are what Retry and Catch match.
type (
	// InvalidObject is an object that cannot be an upload: it has no bucket or key,
	// the workflow wrote it itself, or it is larger than 5 GiB, which is what the
	// functions can move and more than they can read in their time.
	InvalidObject string
	// AlreadyProcessed means that the object has been moved: the event was delivered
	// twice. There is nothing to do.
	AlreadyProcessed string
	// ObjectNotFound means that the object is gone, and was not moved.
	ObjectNotFound string
	// ObjectChanged means that the object was replaced since the event. The new
	// content has an event of its own.
	ObjectChanged string
	// Throttled means that a service still throttled the call after every retry.
	Throttled string
	// Unavailable means that a service could not be reached, or answered with a
	// failure of its own, after every retry. It passes.
	Unavailable string
	// OutOfTime means that the function stopped shortly before its time was up. What
	// it has stored stays; a retry begins again and stores the rest.
	OutOfTime string
	// RequestFailed is every other failure, such as a denied access.
	RequestFailed string
)

func (e InvalidObject) Error() string    { return string(e) }
func (e AlreadyProcessed) Error() string { return string(e) }
func (e ObjectNotFound) Error() string   { return string(e) }
func (e ObjectChanged) Error() string    { return string(e) }
func (e Throttled) Error() string        { return string(e) }
func (e Unavailable) Error() string      { return string(e) }
func (e OutOfTime) Error() string        { return string(e) }
func (e RequestFailed) Error() string    { return string(e) }
