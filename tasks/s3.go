package tasks

import (
	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/dsl"
)

// Delimiter is what stands between the columns of a CSV file.
type Delimiter string

// The delimiters.
const (
	Comma     Delimiter = "COMMA"
	Pipe      Delimiter = "PIPE"
	Semicolon Delimiter = "SEMICOLON"
	Space     Delimiter = "SPACE"
	Tab       Delimiter = "TAB"
)

// file returns the data set of an object in Amazon S3.
func file[T any](bucket, key dsl.Value[string], most dsl.Value[int], config asl.ReaderConfig) dsl.Dataset[T] {
	a := newArguments(nil).text("Bucket", bucket).text("Key", key)
	return dsl.Dataset[T]{Resource: optimized + "s3:getObject", Arguments: a.o, Config: config, MaxItems: most}
}

// S3CSV reads the rows of a CSV file as items of a distributed Map. A row is an
// object of texts, by the names in the first row or those given.
type S3CSV[Row any] struct {
	Bucket, Key dsl.Value[string]
	Headers     []string // nil: they are the file's first row
	Delimiter   Delimiter
	MaxItems    dsl.Value[int] // nil: all rows
}

// Dataset makes it a [dsl.Reader].
func (r S3CSV[Row]) Dataset() dsl.Dataset[Row] {
	config := asl.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "FIRST_ROW", CSVDelimiter: string(r.Delimiter)}
	if r.Headers != nil {
		config.CSVHeaderLocation, config.CSVHeaders = "GIVEN", r.Headers
	}
	return file[Row](r.Bucket, r.Key, r.MaxItems, config)
}

// S3JSON reads the elements of the list in a JSON file as items of a distributed
// Map.
type S3JSON[Item any] struct {
	Bucket, Key dsl.Value[string]
	Pointer     string         // JSON Pointer to the list in the file; "" is the whole
	MaxItems    dsl.Value[int] // nil: all elements
}

// Dataset makes it a [dsl.Reader].
func (r S3JSON[Item]) Dataset() dsl.Dataset[Item] {
	return file[Item](r.Bucket, r.Key, r.MaxItems, asl.ReaderConfig{InputType: "JSON", ItemsPointer: r.Pointer})
}

// S3JSONL reads the lines of a file, each a JSON value, as items of a distributed
// Map.
type S3JSONL[Item any] struct {
	Bucket, Key dsl.Value[string]
	MaxItems    dsl.Value[int] // nil: all lines
}

// Dataset makes it a [dsl.Reader].
func (r S3JSONL[Item]) Dataset() dsl.Dataset[Item] {
	return file[Item](r.Bucket, r.Key, r.MaxItems, asl.ReaderConfig{InputType: "JSONL"})
}

// S3Parquet reads the rows of a Parquet file as items of a distributed Map.
type S3Parquet[Row any] struct {
	Bucket, Key dsl.Value[string]
	MaxItems    dsl.Value[int] // nil: all rows
}

// Dataset makes it a [dsl.Reader].
func (r S3Parquet[Row]) Dataset() dsl.Dataset[Row] {
	return file[Row](r.Bucket, r.Key, r.MaxItems, asl.ReaderConfig{InputType: "PARQUET"})
}

// S3Inventory reads the objects that the manifest of an S3 inventory lists as
// items of a distributed Map. Item is what the inventory's columns say, such as
// Bucket and Key; sizes are texts.
type S3Inventory[Item any] struct {
	Bucket, Key dsl.Value[string] // of the manifest
	MaxItems    dsl.Value[int]    // nil: all objects
}

// Dataset makes it a [dsl.Reader].
func (r S3Inventory[Item]) Dataset() dsl.Dataset[Item] {
	return file[Item](r.Bucket, r.Key, r.MaxItems, asl.ReaderConfig{InputType: "MANIFEST", ManifestType: "S3_INVENTORY"})
}

// S3Athena reads the rows that the manifest of an Athena query's results lists as
// items of a distributed Map.
type S3Athena[Row any] struct {
	Bucket, Key dsl.Value[string] // of the manifest
	Type        string            // of the files: CSV, JSONL or PARQUET
	MaxItems    dsl.Value[int]    // nil: all rows
}

// Dataset makes it a [dsl.Reader].
func (r S3Athena[Row]) Dataset() dsl.Dataset[Row] {
	config := asl.ReaderConfig{InputType: r.Type, ManifestType: "ATHENA_DATA"}
	if r.Type == "CSV" {
		config.CSVHeaderLocation = "FIRST_ROW"
	}
	return file[Row](r.Bucket, r.Key, r.MaxItems, config)
}

// S3Objects lists the objects of a bucket as items of a distributed Map.
type S3Objects struct {
	Bucket   dsl.Value[string]
	Prefix   dsl.Value[string] // of the keys; nil: all objects
	MaxItems dsl.Value[int]    // nil: all objects
}

// S3Object is an item of [S3Objects].
type S3Object struct {
	Etag         string
	Key          string
	LastModified int64 // seconds since 1970
	Size         int64 // bytes
	StorageClass string
}

// Dataset makes it a [dsl.Reader].
func (r S3Objects) Dataset() dsl.Dataset[S3Object] {
	a := newArguments(nil).text("Bucket", r.Bucket).text("Prefix", r.Prefix)
	return dsl.Dataset[S3Object]{Resource: optimized + "s3:listObjectsV2", Arguments: a.o, MaxItems: r.MaxItems}
}

// S3Contents reads the items of a distributed Map from all objects of a bucket,
// one after the other.
type S3Contents[Item any] struct {
	Bucket   dsl.Value[string]
	Prefix   dsl.Value[string] // of the keys; nil: all objects
	Type     string            // of the objects: CSV, JSON, JSONL or PARQUET
	MaxItems dsl.Value[int]    // nil: all items
}

// Dataset makes it a [dsl.Reader].
func (r S3Contents[Item]) Dataset() dsl.Dataset[Item] {
	a := newArguments(nil).text("Bucket", r.Bucket).text("Prefix", r.Prefix)
	config := asl.ReaderConfig{InputType: r.Type, Transformation: "LOAD_AND_FLATTEN"}
	if r.Type == "CSV" {
		config.CSVHeaderLocation = "FIRST_ROW"
	}
	return dsl.Dataset[Item]{Resource: optimized + "s3:listObjectsV2", Arguments: a.o, Config: config, MaxItems: r.MaxItems}
}

// S3Results writes the results of a distributed Map's items to files in Amazon
// S3; see [ResultFiles]. Without a Bucket nothing is written: then it only says
// what the Map's result is made of.
type S3Results struct {
	Bucket         dsl.Value[string]
	Prefix         dsl.Value[string] // of the keys
	Lines          bool              // one result a line (JSONL) instead of one list
	Transformation Transformation    // of each result
}

// Transformation is what is made of the results of a distributed Map's items.
type Transformation string

// The transformations. The default is Whole for results that are written.
const (
	Whole   Transformation = "NONE"    // the execution and its output
	Compact Transformation = "COMPACT" // its output alone
	Flatten Transformation = "FLATTEN" // the elements of its output, which is a list
)

// Results makes it a [dsl.Writer].
func (r S3Results) Results() dsl.Results {
	made := dsl.Results{Config: asl.WriterConfig{Transformation: string(r.Transformation)}}
	if r.Bucket != nil {
		made.Resource = optimized + "s3:putObject"
		made.Arguments = newArguments(nil).text("Bucket", r.Bucket).text("Prefix", r.Prefix).o
	}
	if r.Lines {
		made.Config.OutputType = "JSONL"
	}
	if made.Config != (asl.WriterConfig{}) { // the service wants both or none
		if made.Config.OutputType == "" {
			made.Config.OutputType = "JSON"
		}
		if made.Config.Transformation == "" {
			made.Config.Transformation = string(Whole)
		}
	}
	return made
}

// ResultFiles is the result of a distributed Map that writes its results to files:
// where the manifest is that lists them.
type ResultFiles struct {
	MapRunARN           string `json:"MapRunArn"`
	ResultWriterDetails struct{ Bucket, Key string }
}

// Batch is the input of a distributed Map's steps if it has a Batch: some items,
// and what its BatchInput says.
type Batch[Item, Input any] struct {
	BatchInput Input
	Items      []Item
}
