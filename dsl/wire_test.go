package dsl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/dsl"
)

func pass(name string) *dsl.PassState { return dsl.Pass(name) }

func task(name string) *dsl.TaskState[order] {
	return dsl.Task(name, dsl.Function[order, order]("work"))
}

var small, large = count.LessThan(10), count.GreaterThan(100)

// edges writes a machine as its start and then its transitions in the order of
// the definition: "A>B" goes on, "A?B" is a rule, "A:B" the default, "A!B" a
// catcher, "A." ends. Scopes inside a state stand behind it in brackets.
func edges(s *asl.Scope) string {
	out := []string{s.StartAt}
	for _, st := range s.States {
		name := st.Common().Name
		for e := range asl.Edges(st) {
			out = append(out, name+map[asl.EdgeKind]string{asl.NextEdge: ">", asl.ChoiceEdge: "?", asl.DefaultEdge: ":", asl.CatchEdge: "!"}[e.Kind]+e.To)
		}
		if asl.IsTerminal(st) {
			out = append(out, name+".")
		}
		for _, inner := range asl.Scopes(st) {
			out = append(out, "["+edges(inner)+"]")
		}
	}
	return strings.Join(out, " ")
}

func TestStepsAreWired(t *testing.T) {
	for _, c := range []struct {
		name  string
		steps func() []dsl.Step
		want  string
	}{
		{"a list", func() []dsl.Step { return []dsl.Step{pass("A"), pass("B"), pass("C")} }, "A A>B B>C C."},
		{"a chain", func() []dsl.Step { return []dsl.Step{pass("A").Next(pass("B")).Next(pass("C"))} }, "A A>B B>C C."},
		{"statements", func() []dsl.Step {
			a, b, c := pass("A"), pass("B"), pass("C")
			b.Next(c)
			a.Next(b)
			return []dsl.Step{a}
		}, "A A>B B>C C."},
		{"list and chain and Steps mixed", func() []dsl.Step {
			return []dsl.Step{pass("A"), dsl.Steps(pass("B"), pass("C").Next(pass("D"))), pass("E")}
		}, "A A>B B>C C>D D>E E."},
		{"a chain ends openly and goes on with the list", func() []dsl.Step {
			a := pass("A")
			a.Next(pass("B"))
			return []dsl.Step{a, pass("C")}
		}, "A A>B B>C C."},
		{"an explicit end", func() []dsl.Step {
			return []dsl.Step{dsl.Choice("C").When(small, pass("A").Next(dsl.End)).When(large, pass("X"), dsl.End).Otherwise(pass("B")), pass("D")}
		}, "C C?A C?X C:B A. X. B>D D."},
		{"open ends of a Choice go on behind it", func() []dsl.Step {
			return []dsl.Step{dsl.Choice("C").When(small, pass("A")).When(large, dsl.Steps(pass("B"), pass("D"))).Otherwise(dsl.Fail("F", "", "")), pass("E")}
		}, "C C?A C?B C:F A>E B>D D>E F. E."},
		{"a Choice without steps or Otherwise goes on behind it", func() []dsl.Step {
			return []dsl.Step{dsl.Choice("C").When(small).When(large, pass("A")), pass("E")}
		}, "C C?E C?A C:E A>E E."},
		{"a Choice in a Choice", func() []dsl.Step {
			return []dsl.Step{dsl.Choice("C").When(small, dsl.Choice("D").When(small, pass("A"))).Otherwise(pass("B")), pass("E")}
		}, "C C?D C:B D?A D:E A>E B>E E."},
		{"the last Choice without Otherwise has no default", func() []dsl.Step {
			return []dsl.Step{pass("A"), dsl.Choice("C").When(small, pass("B"))}
		}, "A A>C C?B B."},
		{"Next behind a Choice", func() []dsl.Step {
			return []dsl.Step{dsl.Choice("C").When(small, pass("A")).Otherwise(pass("B")).Next(pass("D"))}
		}, "C C?A C:B A>D B>D D."},
		{"a chain through a Choice", func() []dsl.Step {
			return []dsl.Step{pass("A").Next(dsl.Choice("C").When(small, pass("B"))).Next(pass("D"))}
		}, "A A>C C?B C:D B>D D."},
		{"a jump back is a loop", func() []dsl.Step {
			wait := pass("W")
			return []dsl.Step{pass("A"), wait, dsl.Choice("C").When(small, pass("B"), wait).Otherwise(dsl.Succeed("S"))}
		}, "A A>W W>C C?B C:S B>W S."},
		{"a jump forward skips", func() []dsl.Step {
			last := pass("Z")
			return []dsl.Step{dsl.Choice("C").When(small, last).Otherwise(pass("A")), pass("B"), last}
		}, "C C?Z C:A A>B B>Z Z."},
		{"a loop by Next", func() []dsl.Step {
			choice := dsl.Choice("C")
			choice.When(small, pass("A").Next(choice)).Otherwise(pass("B"))
			return []dsl.Step{choice}
		}, "C C?A C:B A>C B."},
		{"a loop by a chain in the list", func() []dsl.Step {
			a, z := pass("A"), pass("Z")
			return []dsl.Step{a, dsl.Choice("C").When(small, z), pass("B").Next(a), z}
		}, "A A>C C?Z C:B B>A Z."},
		{"shared steps go on in one way", func() []dsl.Step {
			shared := pass("S")
			return []dsl.Step{dsl.Choice("C").When(small, shared).When(large, pass("A"), shared).Otherwise(pass("B")), pass("E")}
		}, "C C?S C?A C:B S>E A>S B>E E."},
		{"shared endings", func() []dsl.Step {
			failed := dsl.Fail("F", "", "")
			return []dsl.Step{dsl.Choice("C").When(small, failed), dsl.Choice("D").When(large, failed).Otherwise(pass("A"))}
		}, "C C?F C:D F. D?F D:A A."},
		{"shared steps with a Next of their own", func() []dsl.Step {
			failed := pass("S")
			failed.Next(dsl.Fail("F", "", ""))
			return []dsl.Step{dsl.Choice("C").When(small, failed), dsl.Choice("D").When(large, failed).Otherwise(pass("A"))}
		}, "C C?S C:D S>F F. D?S D:A A."},
		{"an error handler ends", func() []dsl.Step {
			return []dsl.Step{task("T").Catch(dsl.Catcher{Then: dsl.Steps(pass("H"), dsl.End)}), pass("A")}
		}, "T T>A T!H H. A."},
		{"an error handler comes back", func() []dsl.Step {
			a := pass("A")
			return []dsl.Step{task("T").Catch(dsl.Catcher{Errors: []string{"E"}, Then: pass("H").Next(a)}, dsl.Catcher{Then: a}), a}
		}, "T T>A T!H T!A H>A A."},
		{"an error handler retries by hand", func() []dsl.Step {
			t := task("T")
			t.Catch(dsl.Catcher{Then: dsl.Steps(pass("H"), t)})
			return []dsl.Step{t}
		}, "T T!H T. H>T"},
		{"an error handler shares the end of a way", func() []dsl.Step {
			clean := pass("S")
			return []dsl.Step{task("T").Catch(dsl.Catcher{Then: clean}), dsl.Choice("C").When(small, clean).Otherwise(pass("B"))}
		}, "T T>C T!S S. C?S C:B B."},
		{"an error handler decides", func() []dsl.Step {
			return []dsl.Step{task("T").Catch(dsl.Catcher{Then: dsl.Choice("C").When(small, dsl.Fail("F", "", ""))})}
		}, "T T!C T. C?F F."},
		{"branches and items are scopes of their own", func() []dsl.Step {
			return []dsl.Step{
				dsl.Parallel("P", pass("A"), dsl.Steps(pass("B"), dsl.Choice("C").When(small, pass("D")))),
				dsl.Map("M", lines, pass("I"), pass("J")),
				dsl.Block("K", pass("X"), pass("Y")),
			}
		}, "P P>M [A A.] [B B>C C?D D.] M>K [I I>J J.] K. [X X>Y Y.]"},
		{"raw states", func() []dsl.Step {
			choice := dsl.Raw("C", dsl.Object{"Type": "Choice", "Default": "B",
				"Choices": []any{dsl.Object{"Variable": "$.x", "IsPresent": true, "Next": "A"}}})
			return []dsl.Step{dsl.Raw("R", dsl.Object{"Type": "Pass"}), choice, pass("A"), pass("B"), dsl.Raw("S", dsl.Object{"Type": "Succeed"})}
		}, "R R>C C?A C:B A>B B>S S."},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := dsl.New[any, any]("wired", c.steps()...).Build() // of any input, as the data is not the point
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, edges(&m.Scope)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestBuildingIsDoneOnce(t *testing.T) {
	w := dsl.New[order, order]("once", task("T"), dsl.Parallel("P", pass("A"), pass("B")))
	first, err := w.Build()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan *asl.StateMachine)
	for range 4 {
		go func() {
			m, _ := w.Build()
			m.Locator.Locate("/States/P/Branches/0/States/A")
			done <- m
		}()
	}
	for range 4 {
		if again := <-done; again != first {
			t.Error("another machine")
		}
	}
}

// TestAnyGraphCanBeWiredByStatements wires random graphs of Pass and Choice states
// with Next and compares the transitions with those that were asked for.
func TestAnyGraphCanBeWiredByStatements(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(rt, "states")
		name := func(i int) string { return string(rune('A' + i)) }
		// Every state i goes on to i+1 or to the end, so that all are reachable;
		// some choose and have one more way, to anywhere.
		states, back := make([]dsl.Step, n), make([]int, n)
		choices, passes := map[int]*dsl.ChoiceState{}, map[int]*dsl.PassState{}
		for i := range n {
			if i < n-1 && rapid.Bool().Draw(rt, "chooses") {
				choices[i], back[i] = dsl.Choice(name(i)), rapid.IntRange(0, n-1).Draw(rt, "also to")
				states[i] = choices[i]
			} else {
				passes[i] = dsl.Pass(name(i))
				states[i] = passes[i]
			}
		}
		want := map[string]bool{}
		for _, i := range rapid.Permutation(indexes(n)).Draw(rt, "order") {
			switch {
			case choices[i] != nil:
				choices[i].When(small, states[back[i]]).Otherwise(states[i+1])
				want[name(i)+"?"+name(back[i])], want[name(i)+":"+name(i+1)] = true, true
			case i < n-1:
				passes[i].Next(states[i+1])
				want[name(i)+">"+name(i+1)] = true
			default:
				want[name(i)+"."] = true
			}
		}
		m, err := dsl.New[order, any]("graph", states[0]).Build()
		if err != nil {
			rt.Fatal(err)
		}
		got := map[string]bool{}
		for _, e := range strings.Fields(edges(&m.Scope))[1:] {
			got[e] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
