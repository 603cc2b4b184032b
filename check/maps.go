package check

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// bodyPointer returns the pointer of a Map's processor, from the state on.
func bodyPointer(m *asl.Map) string {
	if m.ItemProcessor == nil && m.Iterator != nil {
		return "/Iterator"
	}
	return "/ItemProcessor"
}

func mapHasProcessor(c *checker, v *asl.Visit) {
	m, ok := v.State.(*asl.Map)
	if ok && m.Body() == nil && !c.m.Refused(v.Pointer+"/ItemProcessor") && !c.m.Refused(v.Pointer+"/Iterator") {
		c.state(v, "", "the field ItemProcessor is missing", "")
	}
}

func mapModeFits(c *checker, v *asl.Visit) {
	m, ok := v.State.(*asl.Map)
	if !ok || m.Body() == nil || m.Body().ProcessorConfig == nil {
		return
	}
	config := m.Body().ProcessorConfig
	pointer := bodyPointer(m) + "/ProcessorConfig"
	switch {
	case config.Mode == asl.Distributed && config.ExecutionType == "" && !c.m.Refused(v.Pointer+pointer+"/ExecutionType"):
		c.state(v, pointer, "the field ExecutionType is missing: a distributed Map starts STANDARD or EXPRESS executions", "")
	case (config.Mode == asl.Inline || config.Mode == "") && config.ExecutionType != "" && !c.m.Refused(v.Pointer+pointer+"/Mode"):
		c.state(v, pointer+"/ExecutionType", "only a distributed Map has it: an inline one starts no executions", `set Mode to "DISTRIBUTED", or remove it`)
	}
}

// isInline reports whether a Map is certain to be inline.
func (c *checker) isInline(v *asl.Visit, m *asl.Map) bool {
	body := m.Body()
	if body == nil || c.m.Refused(v.Pointer+bodyPointer(m)+"/ProcessorConfig") || c.m.Refused(v.Pointer+bodyPointer(m)+"/ProcessorConfig/Mode") {
		return false
	}
	return body.ProcessorConfig == nil || body.ProcessorConfig.Mode == "" || body.ProcessorConfig.Mode == asl.Inline
}

func distributedFieldsFit(c *checker, v *asl.Visit, o asl.Object) {
	m, ok := o.Struct.(*asl.Map)
	if !ok || !c.isInline(v, m) {
		return
	}
	for f := range o.Fields() {
		if f.Distributed && o.Has(f.Name) {
			c.state(v, "/"+f.Name, "only a distributed Map has it", `set Mode to "DISTRIBUTED" in ProcessorConfig`)
		}
	}
}

func toleranceIsForDistributed(c *checker, v *asl.Visit, p asl.Part) {
	m, ok := p.Object.Struct.(*asl.Map)
	if ok && strings.HasPrefix(p.Name, "ToleratedFailure") && c.isInline(v, m) {
		c.partFault(v, p, "has no effect: one failed iteration fails an inline Map", `set Mode to "DISTRIBUTED" in ProcessorConfig`)
	}
}

func itemsAreMany(c *checker, v *asl.Visit) {
	m, ok := v.State.(*asl.Map)
	if !ok || m.Items == nil || v.Language != asl.JSONata {
		return
	}
	switch items := m.Items.Value.(type) {
	case []any, *value.Object:
		return
	case string:
		if asl.IsExpression(items) || asl.HasPlaceholder(items) {
			return
		}
	}
	c.state(v, "/Items", "must be an array, an object or an expression in {% %}, not "+asl.Describe(m.Items.Value), "")
}

// itemsComeFromReader warns of items that a reader's take the place of.
func itemsComeFromReader(c *checker, v *asl.Visit) {
	m, ok := v.State.(*asl.Map)
	switch {
	case !ok || m.ItemReader == nil:
	case m.Items != nil:
		c.state(v, "/Items", "has no effect beside ItemReader", "keep one of them")
	case m.ItemsPath.IsSet():
		c.state(v, "/ItemsPath", "has no effect beside ItemReader", "keep one of them")
	}
}

// s3Action returns the action of an S3 integration's ARN, or "".
func s3Action(resource string) string {
	if r := asl.ParseResource(resource); r.Kind == asl.OptimizedIntegration && r.Service == "s3" {
		return r.ActionName()
	}
	return ""
}

func readerReadsS3(c *checker, v *asl.Visit) {
	m, ok := v.State.(*asl.Map)
	if !ok || m.ItemReader == nil {
		return
	}
	r := m.ItemReader
	action := s3Action(r.Resource)
	switch {
	case r.Resource == "" || asl.HasPlaceholder(r.Resource):
	case action != "getObject" && action != "listObjectsV2":
		c.state(v, "/ItemReader/Resource", fmt.Sprintf("an ItemReader cannot read %q", r.Resource),
			"the resources are arn:aws:states:::s3:getObject and arn:aws:states:::s3:listObjectsV2")
	case action == "getObject":
		c.namesData(v, "/ItemReader", r.Parameters, r.Arguments, "Bucket", "Key")
	default:
		c.namesData(v, "/ItemReader", r.Parameters, r.Arguments, "Bucket")
	}
}

// namesData reports an S3 integration whose arguments lack one of the members that
// name what it reads or where it writes.
func (c *checker) namesData(v *asl.Visit, pointer string, parameters, arguments *asl.Payload, members ...string) {
	field, p := "/Parameters", parameters
	if v.Language == asl.JSONata {
		field, p = "/Arguments", arguments
	}
	if c.m.Refused(v.Pointer+pointer+field) || parameters != nil && arguments != nil {
		return
	}
	if p == nil {
		if parameters == nil && arguments == nil {
			c.state(v, pointer, "the field "+field[1:]+" is missing: it names the bucket", "")
		}
		return
	}
	o, ok := p.Value.(*value.Object)
	if !ok {
		return
	}
	for _, name := range members {
		if !hasArgument(o, name, v.Language) {
			c.state(v, pointer+field, "the field "+name+" is missing", "")
		}
	}
}

func csvHasHeaders(c *checker, v *asl.Visit) {
	m, ok := v.State.(*asl.Map)
	if !ok || m.ItemReader == nil || m.ItemReader.ReaderConfig == nil {
		return
	}
	const pointer = "/ItemReader/ReaderConfig"
	config := m.ItemReader.ReaderConfig
	switch {
	case config.InputType == "CSV" && config.CSVHeaderLocation == "" && config.ManifestType == "" && !c.m.Refused(v.Pointer+pointer+"/CSVHeaderLocation"):
		c.state(v, pointer, "the field CSVHeaderLocation is missing: a CSV file's headers stand in its FIRST_ROW or are GIVEN", "")
	case config.CSVHeaderLocation == "GIVEN" && len(config.CSVHeaders) == 0 && !c.m.Refused(v.Pointer+pointer+"/CSVHeaders"):
		c.state(v, pointer, "the field CSVHeaders is missing: the headers are GIVEN", "")
	case config.CSVHeaderLocation == "FIRST_ROW" && config.CSVHeaders != nil:
		c.state(v, pointer+"/CSVHeaders", "cannot be given: the headers stand in the FIRST_ROW", "")
	}
}

func batchesAreBounded(c *checker, v *asl.Visit, o asl.Object) {
	if _, ok := o.Struct.(*asl.ItemBatcher); !ok || c.m.RefusedIn(v.Pointer+o.Pointer()) {
		return
	}
	for _, name := range []string{"MaxItemsPerBatch", "MaxItemsPerBatchPath", "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"} {
		if o.Has(name) {
			return
		}
	}
	c.state(v, o.Pointer(), "the size of a batch is missing", "give MaxItemsPerBatch or MaxInputBytesPerBatch")
}

func writerWritesS3(c *checker, v *asl.Visit) {
	m, ok := v.State.(*asl.Map)
	if !ok || m.ResultWriter == nil || c.m.RefusedIn(v.Pointer+"/ResultWriter") {
		return
	}
	w := m.ResultWriter
	switch {
	case w.Resource == "" && w.WriterConfig == nil:
		c.state(v, "/ResultWriter", "says neither where to write nor how", "give Resource with a Bucket, or WriterConfig")
	case w.Resource == "" || asl.HasPlaceholder(w.Resource):
	case s3Action(w.Resource) != "putObject":
		c.state(v, "/ResultWriter/Resource", fmt.Sprintf("a ResultWriter cannot write to %q", w.Resource), "the resource is arn:aws:states:::s3:putObject")
	default:
		c.namesData(v, "/ResultWriter", w.Parameters, w.Arguments, "Bucket")
	}
}

func labelFits(c *checker, v *asl.Visit) {
	m, ok := v.State.(*asl.Map)
	if !ok || m.Label == "" || asl.IsLabel(m.Label) || asl.HasPlaceholder(m.Label) {
		return
	}
	if n := utf8.RuneCountInString(m.Label); n > asl.MaxLabelLength {
		c.state(v, "/Label", fmt.Sprintf("has %d characters; at most %d are allowed", n, asl.MaxLabelLength), "")
		return
	}
	c.state(v, "/Label", "must have no blanks, brackets, wildcards, control characters or any of : ; , \\ | ^ ~ $ # % & ` \"", "")
}

func labelsAreUnique(c *checker) {
	first := map[string]string{}
	for i := range c.visits {
		v := &c.visits[i]
		m, ok := v.State.(*asl.Map)
		if !ok || m.Label == "" {
			continue
		}
		if at, ok := first[m.Label]; ok {
			c.state(v, "/Label", "another Map has this label already", "labels are unique in the whole definition", c.here(at, "the first one"))
			continue
		}
		first[m.Label] = v.Pointer + "/Label"
	}
}

func iteratorIsOld(c *checker, v *asl.Visit) {
	if m, ok := v.State.(*asl.Map); ok && m.Iterator != nil {
		c.state(v, "/Iterator", "is the deprecated name of ItemProcessor", "rename it")
	}
}

// inlineLimit is how many iterations of an inline Map run at once at most.
const inlineLimit = 40

func inlineConcurrencyFits(c *checker, v *asl.Visit) {
	m, ok := v.State.(*asl.Map)
	if ok && m.MaxConcurrency != nil && m.MaxConcurrency.Expr == "" && m.MaxConcurrency.Value > inlineLimit && c.isInline(v, m) {
		c.state(v, "/MaxConcurrency", fmt.Sprintf("an inline Map runs %d iterations at once at most", inlineLimit), "")
	}
}
