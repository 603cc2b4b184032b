package iam

import (
	"regexp"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
)

// What a query reads and may change of the AWS Glue Data Catalog: databases, and
// tables in them.
const (
	databaseReads  = "glue:GetDatabase glue:GetDatabases"
	tableReads     = "glue:BatchGetPartition glue:GetPartition glue:GetPartitions glue:GetTable glue:GetTables"
	databaseWrites = "glue:CreateDatabase glue:UpdateDatabase"
	tableWrites    = "glue:BatchCreatePartition glue:BatchDeletePartition glue:BatchDeleteTable glue:CreatePartition " +
		"glue:CreateTable glue:DeleteDatabase glue:DeletePartition glue:DeleteTable glue:UpdatePartition glue:UpdateTable"
)

var readingQuery = regexp.MustCompile(`(?is)^[\s(]*(select|with|show|describe|desc|explain|values)\b`)

// athenaQuery allows a query: its workgroup, its catalogue as far as the query
// reads or changes it, and the place of its results.
func (g *grants) athenaQuery() {
	const (
		databases = "glue:catalog glue:database/<QueryExecutionContext.Database|*>"
		tables    = databases + " glue:table/<QueryExecutionContext.Database|*>/*"
	)
	g.needs(
		need{actions: "athena:StartQueryExecution", on: "athena:workgroup/<WorkGroup|primary>"},
		need{actions: "athena:GetQueryExecution athena:StopQueryExecution", on: "athena:workgroup/<WorkGroup|primary>", job: true},
		need{actions: "athena:GetDataCatalog", on: "athena:datacatalog/<QueryExecutionContext.Catalog|AwsDataCatalog>"},
		need{actions: "lakeformation:GetDataAccess", on: "*", why: "lakeformation:GetDataAccess" + noResourceTypes},
		need{actions: databaseReads, on: databases},
		need{actions: tableReads, on: tables},
		need{actions: "glue:GetDatabase", on: "glue:database/default", given: "QueryExecutionContext.Database"}, // every query looks at it
	)
	queries, _ := g.given.textsAt("QueryString")
	if slices.ContainsFunc(queries, func(q string) bool { return !readingQuery.MatchString(q) }) {
		g.needs(need{actions: databaseWrites, on: databases}, need{actions: tableWrites, on: tables})
	}
	g.athenaOutput()
	g.unknown("", "the buckets that hold the query's tables are not in the definition: allow s3:GetObject and s3:ListBucket on them")
}

func (g *grants) athenaOutput() {
	const location = "ResultConfiguration.OutputLocation"
	uris, known := g.given.textsAt(location)
	if known == absent {
		g.unknown("", "where the workgroup keeps results is not in the definition: allow s3:GetBucketLocation, s3:GetObject, s3:ListBucket, s3:PutObject there")
		return
	}
	for _, uri := range uris {
		place, ok := strings.CutPrefix(uri, "s3://")
		if !ok {
			place = anything
		}
		bucket, prefix, _ := strings.Cut(place, "/")
		why := computedArguments(map[string]string{location: place})
		g.allow("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads").because(why).on(bucketARN(bucket))
		g.allow("s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject").because(why).
			on(bucketARN(bucket + "/" + prefix + anything))
	}
}

func (g *grants) athenaResultsByCall() {
	g.needs(integrations["athena:getQueryResults"].needs...)
	g.athenaResults()
}

// athenaResults allows reading what a query has found, unless the machine runs
// queries whose results it may read anyway.
func (g *grants) athenaResults() {
	for v := range g.machine.Walk() {
		t, ok := v.State.(*asl.Task)
		if !ok {
			continue
		}
		if r := g.machine.Resource(t); r.Service != "athena" || !strings.EqualFold(r.Action, "startQueryExecution") {
			continue
		}
		if g.machine.arguments(t).has("ResultConfiguration.OutputLocation") {
			return
		}
	}
	g.unknown("", "where the results are is not in the definition: allow s3:GetObject there")
}
