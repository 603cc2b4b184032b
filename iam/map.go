package iam

import (
	"path"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
)

// distributed derives what a distributed Map needs: to start executions of its own
// machine and to look after them, to read its items and to write its results.
func (g *grants) distributed(m *asl.Map, in *asl.Place) {
	machines := []string{self}
	if isInDistributed(in) {
		machines = append(machines, self+"/"+anything) // child executions that have children
	}
	g.allow("states:StartExecution").on(machines...)
	label := anything // the service makes one up
	if m.Label != "" {
		label = m.Label
	}
	children := local("states", "execution:${"+SelfName+"}/"+label+":"+anything)
	g.allow("states:DescribeExecution", "states:StopExecution").on(selfExecutions, children)
	g.allow("states:RedriveExecution").on(children)
	if m.ItemReader != nil {
		g.given = g.machine.payload(m.ItemReader.Parameters, m.ItemReader.Arguments)
		g.reads(m.ItemReader)
	}
	if m.ResultWriter != nil && m.ResultWriter.Resource != "" {
		g.given = g.machine.payload(m.ResultWriter.Parameters, m.ResultWriter.Arguments)
		g.writes()
	}
}

// isInDistributed reports whether a scope runs in a child execution.
func isInDistributed(in *asl.Place) bool {
	for in != nil && in.Around != nil {
		if m, ok := in.Around.State.(*asl.Map); ok && m.IsDistributed() {
			return true
		}
		in = in.Around.In
	}
	return false
}

// reads allows what an ItemReader reads.
func (g *grants) reads(r *asl.ItemReader) {
	config := r.ReaderConfig
	if config == nil {
		config = &asl.ReaderConfig{}
	}
	if strings.HasSuffix(r.Resource, ":listObjectsV2") {
		g.need(need{actions: "s3:ListBucket", on: "s3:::<Bucket>", when: []Condition{{"StringEquals", "s3:prefix", "<Prefix>"}}})
		if config.Transformation == "LOAD_AND_FLATTEN" {
			g.need(need{actions: "s3:GetObject", on: "s3:::<Bucket>/<Prefix|>*"})
		}
		return
	}
	actions := "s3:GetObject"
	if g.isGiven("VersionId") {
		actions = "s3:GetObject s3:GetObjectVersion"
	}
	g.need(need{actions: actions, on: "s3:::<Bucket>/<Key>"})
	if config.InputType == "MANIFEST" || config.ManifestType != "" {
		g.manifest(config)
	}
}

// manifest allows the objects that a manifest lists: those of an inventory are in
// the folder data beside the manifest's own, those of a query may be anywhere in the
// bucket.
func (g *grants) manifest(config *asl.ReaderConfig) {
	keys, _ := g.given.textsAt("Key")
	for _, key := range keys {
		files, why := anything, "the manifest says which objects they are"
		if folder := path.Dir(path.Dir(key)); config.ManifestType != "ATHENA_DATA" && !isComputed(key) && folder != "." {
			files, why = folder+"/data/"+anything, ""
		}
		for _, bucket := range g.fill(long("s3:::<Bucket>")).resources {
			g.allow("s3:GetObject").because(why).on(bucket + "/" + files)
		}
	}
}

// writes allows what a ResultWriter writes, in several parts where it is much.
func (g *grants) writes() {
	on := "s3:::<Bucket>/<Prefix>/*"
	if prefixes, known := g.given.textsAt("Prefix"); known == absent || len(prefixes) == 1 && prefixes[0] == "" {
		on = "s3:::<Bucket>/*"
	}
	g.need(need{actions: "s3:AbortMultipartUpload s3:GetObject s3:ListMultipartUploadParts s3:PutObject", on: on})
}
