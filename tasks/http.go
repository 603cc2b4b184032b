package tasks

import "github.com/stepwise-go/stepwise/dsl"

// Method is an HTTP method.
type Method string

// The HTTP methods.
const (
	Get     Method = "GET"
	Post    Method = "POST"
	Put     Method = "PUT"
	Patch   Method = "PATCH"
	Delete  Method = "DELETE"
	Head    Method = "HEAD"
	Options Method = "OPTIONS"
)

// HTTPInvoke calls an HTTPS endpoint (http:invoke), with the credentials of a
// connection. A status other than 2xx fails the task, with an error such as
// States.Http.StatusCode.404. Out is what the endpoint answers.
type HTTPInvoke[Out any] struct {
	Connection  Connection
	Endpoint    dsl.Value[string] // a URL
	Method      Method
	Headers     map[string]dsl.Value[string]
	Query       map[string]dsl.Value[string]
	Body        any
	FormEncoded bool // send the body URL-encoded instead of as JSON
	Extra       dsl.Object
}

// HTTPResponse is what an endpoint answers.
type HTTPResponse[Out any] struct {
	Headers      map[string][]string
	ResponseBody Out
	StatusCode   int
	StatusText   string
}

// Integration makes it an action.
func (h HTTPInvoke[Out]) Integration() dsl.Integration[HTTPResponse[Out]] {
	a := newArguments(h.Extra).text("ApiEndpoint", h.Endpoint).literal("Method", string(h.Method)).any("RequestBody", h.Body)
	if h.Connection != "" {
		a.o["Authentication"] = dsl.Object{"ConnectionArn": h.Connection.ARN()}
	}
	if h.Headers != nil {
		a.o["Headers"] = h.Headers
	}
	if h.Query != nil {
		a.o["QueryParameters"] = h.Query
	}
	if h.FormEncoded {
		a.o["Transform"] = dsl.Object{"RequestBodyEncoding": "URL_ENCODED"}
	}
	return integration[HTTPResponse[Out]](call{resource: optimized + "http:invoke", args: a.o}, "")
}

// APIGatewayInvoke calls an API of Amazon API Gateway (apigateway:invoke). Out is
// what the API answers.
type APIGatewayInvoke[Out any] struct {
	Endpoint dsl.Value[string] // the host: api-id.execute-api.region.amazonaws.com
	Method   Method
	Stage    dsl.Value[string]
	Path     dsl.Value[string]
	Headers  map[string][]dsl.Value[string]
	Query    map[string][]dsl.Value[string]
	Body     any
	AuthType string // NO_AUTH, the default, IAM_ROLE or RESOURCE_POLICY
	Extra    dsl.Object
}

func (g APIGatewayInvoke[Out]) callback() call {
	a := newArguments(g.Extra).text("ApiEndpoint", g.Endpoint).literal("Method", string(g.Method)).
		text("Stage", g.Stage).text("Path", g.Path).any("RequestBody", g.Body).literal("AuthType", g.AuthType)
	if g.Headers != nil {
		a.o["Headers"] = g.Headers
	}
	if g.Query != nil {
		a.o["QueryParameters"] = g.Query
	}
	return call{resource: optimized + "apigateway:invoke", args: a.o}
}

// Integration makes it an action.
func (g APIGatewayInvoke[Out]) Integration() dsl.Integration[HTTPResponse[Out]] {
	return integration[HTTPResponse[Out]](g.callback(), "")
}

// BedrockInvokeModel asks a foundation model (bedrock:invokeModel). Out is the
// model's answer.
type BedrockInvokeModel[Out any] struct {
	Model dsl.Value[string] // an id or an ARN
	Body  any
	Extra dsl.Object
}

// BedrockAnswer is the result of [BedrockInvokeModel].
type BedrockAnswer[Out any] struct {
	Body        Out
	ContentType string
}

// Integration makes it an action.
func (b BedrockInvokeModel[Out]) Integration() dsl.Integration[BedrockAnswer[Out]] {
	a := newArguments(b.Extra).text("ModelId", b.Model).any("Body", b.Body)
	return integration[BedrockAnswer[Out]](call{resource: optimized + "bedrock:invokeModel", args: a.o}, "")
}

// AthenaQuery runs a query (athena:startQueryExecution).
type AthenaQuery struct {
	Query     dsl.Value[string]
	WorkGroup dsl.Value[string]
	Database  dsl.Value[string]
	Output    dsl.Value[string] // s3://bucket/prefix for the results
	Extra     dsl.Object
}

// AthenaStarted is the result of [AthenaQuery] that does not wait.
type AthenaStarted struct {
	QueryExecutionID string `json:"QueryExecutionId"`
}

// AthenaDone is a finished query.
type AthenaDone struct {
	QueryExecution struct {
		QueryExecutionID    string `json:"QueryExecutionId"`
		ResultConfiguration struct{ OutputLocation string }
	}
}

func (q AthenaQuery) call() call {
	a := newArguments(q.Extra).text("QueryString", q.Query).text("WorkGroup", q.WorkGroup)
	if q.Database != nil {
		a.o["QueryExecutionContext"] = dsl.Object{"Database": q.Database}
	}
	if q.Output != nil {
		a.o["ResultConfiguration"] = dsl.Object{"OutputLocation": q.Output}
	}
	return call{resource: optimized + "athena:startQueryExecution", args: a.o}
}

// Integration makes it an action that does not wait for the query.
func (q AthenaQuery) Integration() dsl.Integration[AthenaStarted] {
	return integration[AthenaStarted](q.call(), "")
}

// Sync is the action that waits for the query and fails if it fails.
func (q AthenaQuery) Sync() dsl.Action[AthenaDone] { return integration[AthenaDone](q.call(), ".sync") }
