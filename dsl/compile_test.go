package dsl_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// prelude is what the snippets stand in: the last line of main is the snippet.
const prelude = `package main

import (
	"context"
	"time"

	"github.com/stepwise-go/stepwise/dsl"
	"github.com/stepwise-go/stepwise/tasks"
)

type Order struct {
	ID, Status string
	Total      float64
	Error      *dsl.ErrorOutput
	Payment    Payment
}
type Payment struct{ ID string }
type Other struct{ ID string }

const (
	Charge  = dsl.Function[Order, Payment]("charge")
	Refunds = tasks.Queue("refunds")
	News    = tasks.Topic("news")
	Items   = tasks.Table("items")
)

var (
	id      = dsl.Field(func(o *Order) *string { return &o.ID })
	status  = dsl.Field(func(o *Order) *string { return &o.Status })
	total   = dsl.Field(func(o *Order) *float64 { return &o.Total })
	payment = dsl.Field(func(o *Order) *Payment { return &o.Payment })
	paid    = dsl.Var[Payment]("paid")
	step    = dsl.Pass("Step")
	retry   = dsl.Retrier{}
)

func use(...any) {}

func main() {
	use(context.Background, time.Second, Charge, Refunds, News, Items, id, status, total, payment, paid, step, retry)
	%s
}
`

// TestTheCompilerRefusesWrongWorkflows type-checks one-line programs. Each wrong
// one stands beside a right one that differs in what is wrong alone.
func TestTheCompilerRefusesWrongWorkflows(t *testing.T) {
	check := typeChecker(t)
	for _, c := range []struct{ name, right, wrong, message string }{
		{"a field that was renamed",
			`use(dsl.Field(func(o *Order) *string { return &o.Status }).Equals("paid"))`,
			`use(dsl.Field(func(o *Order) *string { return &o.State }).Equals("paid"))`, "o.State undefined"},
		{"a field of another type",
			`use(dsl.Field(func(o *Order) *float64 { return &o.Total }))`,
			`use(dsl.Field(func(o *Order) *int { return &o.Total }))`, "cannot use &o.Total"},
		{"a number compared with a text", `use(status.Equals("3"))`, `use(status.Equals(3))`, "cannot use 3"},
		{"references of two types", `use(status.EqualsRef(id))`, `use(status.EqualsRef(total))`, "does not implement dsl.Value[string]"},
		{"a condition that is a mere reference", `dsl.Choice("C").When(status.IsPresent())`, `dsl.Choice("C").When(status)`, "cannot use status"},
		{"something behind a Fail", `step.Next(dsl.Fail("F", "", ""))`, `dsl.Fail("F", "", "").Next(step)`, "Next undefined"},
		{"something behind a Succeed", `step.Next(dsl.Succeed("S"))`, `dsl.Succeed("S").Next(step)`, "Next undefined"},
		{"a Pass that is retried", `dsl.Task("T", Charge).Retry(retry)`, `dsl.Pass("P").Retry(retry)`, "Retry undefined"},
		{"a Wait that catches", `dsl.Task("T", Charge).Catch()`, `dsl.Wait("W", time.Second).Catch()`, "Catch undefined"},
		{"a Map with batches", `dsl.Distributed("D", dsl.Items(dsl.Input[[]int]())).Batch(1)`, `dsl.Map("M", dsl.Input[[]int]()).Batch(1)`, "Batch undefined"},
		{"a Parallel with a timeout", `dsl.Task("T", Charge).Timeout(time.Second)`, `dsl.Parallel("P").Timeout(time.Second)`, "Timeout undefined"},
		{"a Map over no list", `dsl.Map("M", dsl.Input[[]Order]())`, `dsl.Map("M", dsl.Input[Order]())`, "does not match"},
		{"the wrong input of a function", `Charge.With(dsl.Input[Order]())`, `Charge.With(dsl.Input[Other]())`, "does not implement dsl.Value[Order]"},
		{"the wrong place for a result", `dsl.Task("T", Charge).Into(payment)`, `dsl.Task("T", Charge).Into(status)`, "does not implement dsl.Value[Payment]"},
		{"the wrong type of a variable", `paid.Set(Charge.Result())`, `paid.Set(status)`, "does not implement dsl.Value[Payment]"},
		{"a link to a field of another type",
			`dsl.Build(func(p *Payment) []dsl.Assignment { return []dsl.Assignment{id.To(&p.ID)} })`,
			`dsl.Build(func(p *Payment) []dsl.Assignment { return []dsl.Assignment{total.To(&p.ID)} })`, "cannot use &p.ID"},
		{"a handler of other types",
			`Charge.Handler(func(context.Context, Order) (Payment, error) { return Payment{}, nil })`,
			`Charge.Handler(func(context.Context, Order) (Other, error) { return Other{}, nil })`, "as func(context.Context, Order) (Payment, error)"},
		{"a queue for a topic", `use(tasks.SNSPublish{Topic: News})`, `use(tasks.SNSPublish{Topic: Refunds})`, "cannot use Refunds"},
		{"a reader that is none", `dsl.Distributed("D", tasks.S3CSV[Order]{})`, `dsl.Distributed("D", tasks.S3Results{})`, "does not match"},
		{"waiting for a job that is none", `tasks.ECSRunTask{}.Sync()`, `tasks.SNSPublish{}.Sync()`, "Sync undefined"},
		{"waiting for a token that nobody has",
			`tasks.WaitForToken[Order](tasks.SNSPublish{})`,
			`tasks.WaitForToken[Order](tasks.DynamoGetItem[Order]{})`, "does not implement tasks.Callback"},
		{"an own type of step", `dsl.Steps(step)`, `dsl.Steps(struct{}{})`, "does not implement dsl.Step"},
		{"a condition on no element of the list", `dsl.At(dsl.Index(dsl.Input[[]Order](), 0), func(o *Order) *string { return &o.ID })`,
			`dsl.At(dsl.Input[[]Order](), func(o *Order) *string { return &o.ID })`, "does not match"},
	} {
		if err := check(c.right); err != nil {
			t.Errorf("%s: the right one is refused: %v", c.name, err)
		}
		err := check(c.wrong)
		if err == nil {
			t.Errorf("%s: the wrong one compiles: %s", c.name, c.wrong)
		} else if !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s: refused with %v, want %q", c.name, err, c.message)
		}
	}
}

// typeChecker returns a function that type-checks a statement after the prelude.
// It reads the packages that the prelude imports as the go command compiled them.
func typeChecker(t *testing.T) func(statement string) error {
	goCommand, err := exec.LookPath("go")
	if err != nil {
		t.Skip("there is no go command")
	}
	list := exec.Command(goCommand, "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}",
		"github.com/stepwise-go/stepwise/tasks")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if name, file, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			exports[name] = file
		}
	}
	fset := token.NewFileSet()
	config := types.Config{Importer: importer.ForCompiler(fset, "gc", func(name string) (io.ReadCloser, error) {
		if exports[name] == "" {
			return nil, fmt.Errorf("no export data of %s", name)
		}
		return os.Open(exports[name])
	})}
	return func(statement string) error {
		file, err := parser.ParseFile(fset, "main.go", fmt.Sprintf(prelude, statement), 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = config.Check("main", fset, []*ast.File{file}, nil)
		return err
	}
}
