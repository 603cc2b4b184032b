package interp

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// dataItem is an item of a Map's data set.
type dataItem struct {
	value  any
	key    optional // of an object's member
	source string
}

// items yields the items of a data set; an error is the last it yields.
type items = iter.Seq2[dataItem, error]

// stateData is the Source of items from the state's own data.
const stateData = "STATE_DATA"

// itemsOf yields the elements of an array, or the members of an object as pairs of
// key and value.
func itemsOf(v any, source string) items {
	return func(yield func(dataItem, error) bool) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				if !yield(dataItem{value: e, source: source}, nil) {
					return
				}
			}
		case *value.Object:
			for m := range v.Members() {
				pair := value.NewObject(value.Member{Name: "Key", Value: m.Name}, value.Member{Name: "Value", Value: m.Value})
				if !yield(dataItem{value: pair, key: some(m.Name), source: source}, nil) {
					return
				}
			}
		default:
			yield(dataItem{}, errNotIterable)
		}
	}
}

// sentence is an error in the service's words.
type sentence string

func (s sentence) Error() string { return string(s) }

const (
	errNotIterable      sentence = "Attempting to map over non-iterable node."
	errRepeatedHeaders  sentence = "CSV headers cannot contain duplicates."
	errNegativeMaxItems sentence = "field MaxItems must be positive"
)

// itemReader is a compiled ItemReader.
type itemReader struct {
	listing  bool
	args     expr
	config   asl.ReaderConfig
	maxItems *integer
}

func (c *fields) itemReader(def *asl.ItemReader) *itemReader {
	if def == nil {
		return nil
	}
	r := &itemReader{args: c.lang.template(c, def.Parameters, def.Arguments, "/ItemReader")}
	switch resource := asl.ParseResource(def.Resource); {
	case resource.Service == "s3" && resource.Action == "listObjectsV2":
		r.listing = true
	case resource.Service != "s3" || resource.Action != "getObject":
		c.fail("/ItemReader/Resource", "an ItemReader reads by s3:getObject or s3:listObjectsV2, not %s", def.Resource)
	}
	if def.ReaderConfig != nil {
		r.config = *def.ReaderConfig
		r.maxItems = c.lang.integer(c, numberField{name: "MaxItems", in: "/ItemReader/ReaderConfig"}, r.config.MaxItems, r.config.MaxItemsPath)
	}
	return r
}

// source is a data set that an ItemReader reads.
type source struct {
	ctx    context.Context
	store  ObjectStore
	bucket string
	key    string // or, for a listing, the prefix
	config asl.ReaderConfig

	parquet func(io.Reader) iter.Seq2[any, error]
}

// open returns the reader's data set: where it is and how much of it is wanted.
func (r *itemReader) open(x *Execution, t *thread) (items, *fault) {
	v, f := r.args.eval(t, t.in.v, plainRole)
	if f != nil {
		return nil, f
	}
	limit, f := r.maxItems.value(t)
	if f != nil {
		return nil, f
	}
	if x.err = r.missing(&x.cfg.config, t.state.name); x.err != nil {
		return nil, readerFault(x.err)
	}
	args, _ := v.(*value.Object)
	s := source{ctx: x.ctx, store: x.cfg.objects, parquet: x.cfg.parquet, bucket: textMember(args, "Bucket"), key: textMember(args, "Key"), config: r.config}
	if limit < 0 {
		return failingItems(errNegativeMaxItems), nil
	}
	all := s.file(s.key)
	if r.listing {
		s.key = textMember(args, "Prefix")
		all = s.listing()
	}
	return upTo(all, limit), nil
}

// missing says which option the host has to give for the reader to work.
func (r *itemReader) missing(c *config, state string) error {
	switch {
	case c.objects == nil:
		return errNoStore(state, "ItemReader")
	case r.config.InputType == inputParquet && c.parquet == nil:
		return fmt.Errorf("state %q: its ItemReader reads Parquet files, which takes interp.WithParquet(parquet.Rows), of package interp/parquet", state)
	}
	return nil
}

// errNoStore says that the host has given nothing in place of Amazon S3. Like a task
// without handler that ends the run: the workflow is not to catch it.
func errNoStore(state, field string) error {
	return fmt.Errorf("state %q: no store of objects for its %s; interp.WithObjects gives one", state, field)
}

func textMember(o *value.Object, name string) string {
	v, _ := o.Get(name)
	s, _ := v.(string)
	return s
}

// readerFault is the error of a data set that cannot be read.
func readerFault(err error) *fault { return taskFault(asl.ErrItemReaderFailed, err.Error()) }

func failingItems(err error) items {
	return func(yield func(dataItem, error) bool) { yield(dataItem{}, err) }
}

// upTo yields the first items, all of them if the limit is 0.
func upTo(all items, limit int64) items {
	if limit == 0 {
		return all
	}
	return func(yield func(dataItem, error) bool) {
		n := int64(0)
		for it, err := range all {
			if n++; n > limit || !yield(it, err) {
				return
			}
		}
	}
}

// listing yields what listObjectsV2 finds: the objects, or the items in them.
func (s source) listing() items {
	return func(yield func(dataItem, error) bool) {
		for o, err := range s.store.List(s.ctx, s.bucket, s.key) {
			if err != nil {
				yield(dataItem{}, err)
				return
			}
			if s.config.Transformation != "LOAD_AND_FLATTEN" {
				if !yield(dataItem{value: o.item(), source: "S3://" + s.bucket}, nil) {
					return
				}
				continue
			}
			for it, err := range s.file(o.Key) {
				if !yield(it, err) {
					return
				}
			}
		}
	}
}

// item returns the object as listObjectsV2 shows it.
func (o Object) item() *value.Object {
	return value.NewObject(
		value.Member{Name: "Etag", Value: `"` + o.ETag + `"`},
		value.Member{Name: "Key", Value: o.Key},
		value.Member{Name: "LastModified", Value: o.LastModified.Unix()},
		value.Member{Name: "Size", Value: o.Size},
		value.Member{Name: "StorageClass", Value: "STANDARD"})
}

// file yields the items of one object, by the InputType.
func (s source) file(key string) items {
	s.key = key
	return func(yield func(dataItem, error) bool) {
		body, err := s.store.Open(s.ctx, s.bucket, key)
		if err != nil {
			yield(dataItem{}, err)
			return
		}
		defer body.Close()
		for it, err := range s.read(body) {
			if it.source == "" {
				it.source = "S3://" + s.bucket + "/" + key
			}
			if !yield(it, err) || err != nil {
				return
			}
		}
	}
}

// read yields the items of one object's content.
func (s source) read(body io.Reader) items {
	if s.config.InputType == inputParquet && !s.isManifest() {
		return s.rows(body)
	}
	content, err := decompressed(body)
	if err != nil {
		return failingItems(err)
	}
	return s.parse(content)
}

// isManifest reports whether the object lists others that hold the items.
func (s source) isManifest() bool {
	return s.config.ManifestType != "" || s.config.InputType == "MANIFEST"
}

// inputParquet is the InputType that takes [WithParquet].
const inputParquet = "PARQUET"

// rows yields the rows of a Parquet file.
func (s source) rows(body io.Reader) items {
	return func(yield func(dataItem, error) bool) {
		for row, err := range s.parquet(body) {
			if !yield(dataItem{value: row}, err) || err != nil {
				return
			}
		}
	}
}

// decompressed reads through gzip, which needs not be named anywhere.
func decompressed(r io.Reader) (*bufio.Reader, error) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	if start, _ := buffered.Peek(2); !bytes.Equal(start, []byte{0x1f, 0x8b}) {
		return buffered, nil
	}
	unzipped, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(unzipped, 64<<10), nil
}

func (s source) parse(r *bufio.Reader) items {
	if s.isManifest() {
		return s.manifest(r)
	}
	switch s.config.InputType {
	case "CSV":
		return s.csv(r)
	case "JSONL":
		return jsonLines(r)
	}
	return s.json(r)
}

// wholeFile is up to which size, in bytes, a JSON file is read before its first item is
// given. Of larger ones an error shows only where it is reached.
const wholeFile = 8 << 20

// json yields the elements of the array in a JSON file, or the members of an object.
func (s source) json(r io.Reader) items {
	text, err := io.ReadAll(io.LimitReader(r, wholeFile+1))
	if err != nil {
		return failingItems(err)
	}
	if len(text) > wholeFile {
		return streamed(io.MultiReader(bytes.NewReader(text), r), s.config.ItemsPointer)
	}
	v, err := value.Parse(string(text))
	if err != nil {
		return failingItems(err)
	}
	if s.config.ItemsPointer != "" {
		if v, err = pointed(v, s.config.ItemsPointer); err != nil {
			return failingItems(err)
		}
	} else if _, ok := v.([]any); !ok {
		return failingItems(errNotIterable)
	}
	return itemsOf(v, "")
}

// pointed returns the value that a JSON Pointer names.
func pointed(v any, pointer string) (any, error) {
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		token = unescape.Replace(token)
		ok := false
		switch inner := v.(type) {
		case *value.Object:
			v, ok = inner.Get(token)
		case []any:
			at, err := strconv.Atoi(token)
			if ok = err == nil && 0 <= at && at < len(inner); ok {
				v = inner[at]
			}
		}
		if !ok {
			return nil, errPointer(pointer)
		}
	}
	return v, nil
}

// jsonLines yields a value for each line that is not blank.
func jsonLines(r *bufio.Reader) items {
	return func(yield func(dataItem, error) bool) {
		for {
			line, err := r.ReadString('\n')
			if text := strings.TrimSpace(line); text != "" {
				v, parseErr := value.Parse(text)
				if !yield(dataItem{value: v}, parseErr) || parseErr != nil {
					return
				}
			}
			if err != nil {
				if err != io.EOF {
					yield(dataItem{}, err)
				}
				return
			}
		}
	}
}

var delimiters = map[string]rune{"": ',', "COMMA": ',', "PIPE": '|', "SEMICOLON": ';', "SPACE": ' ', "TAB": '\t'}

// csv yields an object of texts for each row. Its members come in the order of
// the hash map in which the service keeps them.
func (s source) csv(r io.Reader) items {
	rows := csv.NewReader(r)
	rows.Comma = delimiters[s.config.CSVDelimiter]
	rows.FieldsPerRecord = -1
	rows.LazyQuotes = true
	return func(yield func(dataItem, error) bool) {
		columns, err := s.columns(rows)
		if err != nil {
			yield(dataItem{}, err)
			return
		}
		rows.ReuseRecord = true
		for {
			row, err := rows.Read()
			if err == io.EOF {
				return
			}
			if !yield(dataItem{value: columns.item(row)}, err) || err != nil {
				return
			}
		}
	}
}

// columns are the columns of a CSV file, in the order of an item's members.
type columns []column

type column struct {
	name string
	at   int // in the row
}

func (s source) columns(rows *csv.Reader) (columns, error) {
	names := s.config.CSVHeaders
	if s.config.CSVHeaderLocation != "GIVEN" {
		var err error
		if names, err = rows.Read(); err == io.EOF {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
	}
	at := make(map[string]int, len(names))
	for i, name := range names {
		if _, repeated := at[name]; repeated {
			return nil, errRepeatedHeaders
		}
		at[name] = i
	}
	var c columns
	for _, name := range value.HashOrder(names) {
		c = append(c, column{name, at[name]})
	}
	return c, nil
}

// item returns the object of a row: what the row lacks is empty, what it has more
// than headers is dropped.
func (c columns) item(row []string) *value.Object {
	members := make([]value.Member, len(c))
	for i, column := range c {
		cell := ""
		if column.at < len(row) {
			cell = row[column.at]
		}
		members[i] = value.Member{Name: column.name, Value: cell}
	}
	return value.NewObject(members...)
}

// manifest yields the items of the files that a manifest lists: the rows of an S3
// inventory, or those of the files that an Athena query left.
func (s source) manifest(r io.Reader) items {
	text, err := io.ReadAll(r)
	if err != nil {
		return failingItems(err)
	}
	if s.config.ManifestType == "ATHENA_DATA" {
		return s.athena(string(text))
	}
	return s.inventory(string(text))
}

// athena reads a manifest of lines that are s3 URLs.
func (s source) athena(text string) items {
	return func(yield func(dataItem, error) bool) {
		for line := range strings.Lines(text) {
			bucket, key, ok := strings.Cut(strings.TrimPrefix(strings.Trim(line, " \r\n\""), "s3://"), "/")
			if !ok {
				continue
			}
			data := s
			data.bucket = bucket
			data.config.ManifestType = ""
			for it, err := range data.file(key) {
				if !yield(it, err) || err != nil {
					return
				}
			}
		}
	}
}

// inventory reads the manifest.json of an S3 inventory.
func (s source) inventory(text string) items {
	v, err := value.Parse(text)
	if err != nil {
		return failingItems(err)
	}
	manifest, _ := v.(*value.Object)
	list, _ := manifest.Get("files")
	files, _ := list.([]any)
	data := s
	data.config = asl.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "GIVEN"}
	for name := range strings.SplitSeq(textMember(manifest, "fileSchema"), ",") {
		data.config.CSVHeaders = append(data.config.CSVHeaders, strings.TrimSpace(name))
	}
	return func(yield func(dataItem, error) bool) {
		for _, f := range files {
			file, _ := f.(*value.Object)
			for it, err := range data.file(textMember(file, "key")) {
				if !yield(it, err) || err != nil {
					return
				}
			}
		}
	}
}
