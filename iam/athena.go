package iam

import (
	"regexp"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
)

// What every query reads of the AWS Glue Data Catalog: databases, and tables in them.
const (
	databaseReads = "glue:GetDatabase glue:GetDatabases"
	tableReads    = "glue:BatchGetPartition glue:GetPartition glue:GetPartitions glue:GetTable glue:GetTables"
)

// changes are what queries change there besides, by their first words.
var changes = []struct{ words, databases, tables string }{
	{words: "select with show describe desc explain values execute unload"},
	{words: "insert merge update delete optimize vacuum", tables: "glue:BatchCreatePartition glue:CreatePartition glue:UpdatePartition glue:UpdateTable"},
	{words: "create", databases: "glue:CreateDatabase",
		tables: "glue:BatchCreatePartition glue:CreatePartition glue:CreateTable glue:UpdateTable"},
	{words: "alter msck", databases: "glue:UpdateDatabase",
		tables: "glue:BatchCreatePartition glue:BatchDeletePartition glue:CreatePartition glue:DeletePartition glue:UpdatePartition glue:UpdateTable"},
	{words: "drop", tables: "glue:BatchDeletePartition glue:BatchDeleteTable glue:DeleteDatabase glue:DeletePartition glue:DeleteTable"},
}

var firstWord = regexp.MustCompile(`^[\s(]*([A-Za-z]+)\b`)

// changedBy returns what a query changes: all there is if nobody knows its first word.
func changedBy(query string) (databases, tables []string) {
	word := ""
	if found := firstWord.FindStringSubmatch(query); found != nil {
		word = strings.ToLower(found[1])
	}
	for _, c := range changes {
		if slices.Contains(strings.Fields(c.words), word) {
			return strings.Fields(c.databases), strings.Fields(c.tables)
		}
		databases = append(databases, strings.Fields(c.databases)...)
		tables = append(tables, strings.Fields(c.tables)...)
	}
	return databases, tables
}

// qualified is a name in a query that may be a table's with its database before it, or
// a word behind which a database is named.
var qualified = regexp.MustCompile(`(?i)\b(?:database|schema)\b|[\pL_"\x60][\w$]*["\x60]?\s*\.\s*["\x60\pL_]`)

// quoted is a text in a query.
var quoted = regexp.MustCompile(`'[^']*'`)

// otherDatabases reports whether queries may be about other databases than that of
// their context.
func otherDatabases(queries []string) bool {
	return slices.ContainsFunc(queries, func(q string) bool {
		return isComputed(q) || qualified.MatchString(quoted.ReplaceAllString(q, "''"))
	})
}

// athenaQuery allows a query: its workgroup, its catalogue as far as the query
// reads or changes it, and the place of its results.
func (g *grants) athenaQuery() {
	g.needs(
		need{actions: "athena:StartQueryExecution", on: "athena:workgroup/<WorkGroup|primary>"},
		need{actions: "athena:GetQueryExecution athena:StopQueryExecution", on: "athena:workgroup/<WorkGroup|primary>", job: true},
		need{actions: "athena:GetDataCatalog", on: "athena:datacatalog/<QueryExecutionContext.Catalog|AwsDataCatalog>"},
		need{actions: "lakeformation:GetDataAccess", on: "*", why: "lakeformation:GetDataAccess" + noResourceTypes},
	)
	queries, _ := g.given.textsAt("QueryString")
	database, why := "<QueryExecutionContext.Database|*>", ""
	if otherDatabases(queries) {
		database, why = "*", "the query may name databases"
	} else {
		g.need(need{actions: "glue:GetDatabase", on: "glue:database/default", given: "QueryExecutionContext.Database"}) // every query looks at it
	}
	databases := "glue:catalog glue:database/" + database
	tables := databases + " glue:table/" + database + "/*"
	g.needs(need{actions: databaseReads, on: databases, why: why}, need{actions: tableReads, on: tables, why: why})
	for _, query := range queries {
		inDatabases, inTables := changedBy(query)
		g.needs(need{actions: strings.Join(inDatabases, " "), on: databases, why: why},
			need{actions: strings.Join(inTables, " "), on: tables, why: why})
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
		if prefix != "" && !strings.HasSuffix(prefix, "/") && !strings.HasSuffix(prefix, anything) {
			prefix += "/"
		}
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
