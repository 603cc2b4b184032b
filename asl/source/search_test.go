package source_test

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/asl/source"
)

const sound = `{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}`

// names lists what a search finds.
func names(t *testing.T, s *source.Search, folder string) []string {
	t.Helper()
	var all []string
	for f, err := range s.Files(folder) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f.Name)
	}
	return all
}

func TestSearchFindsFilesByNameAndContent(t *testing.T) {
	t.Chdir(t.TempDir())
	template := `{"Resources": {"M": {"Type": "AWS::Serverless::StateMachine"}}}`
	for name, text := range map[string]string{
		"a.asl.json": "", "b.ASL.YAML": "", "c.asl": sound, "d.asl.txt": sound,
		"deep/a.json": sound, "deep/b.yml": sound, "deep/c.json": `{"StartAt": "A", "States": `,
		"deep/d.json": `{"Inputs": {}, "StartAt": "A", "States": {}}`, "deep/e.yaml": "Comment: c\nStartAt: A\n'States' : {}\n",
		"deep/f.yaml": "x:\n  StartAt: A\n  States: {}\n", "deep/g.json": `[{"StartAt": "A", "States": {}}]`,
		"t/a.json": template, "t/b.template": template, "t/c.yaml": "x: [\n# AWS::StepFunctions::StateMachine", "t/d.yaml": "# AWS::StepFunctions::StateMachine",
		"s/serverless.yml": "service: s\nstepFunctions:\n  stateMachines:\n    m: {definition: {}}\n", "s/other.yml": "service: s\nresources: {}\n",
		"t/e.json": `{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}`, "t/f.txt": template,
		"node_modules/a.asl": sound, "x/node_modules/a.asl": sound, "cdk.out/a.asl": sound, ".a.asl": sound, ".git/a.asl": sound,
		"skip/a.asl": sound, "x/skip.asl": sound, "x/y/z.asl": sound,
	} {
		write(t, name, text)
	}
	s := &source.Search{Exclude: []string{"skip*", "x/y/*"}}
	want := []string{"a.asl.json", "b.ASL.YAML", "c.asl", "deep/a.json", "deep/b.yml", "deep/c.json", "deep/e.yaml", "s/serverless.yml", "t/a.json", "t/b.template", "t/c.yaml"}
	if diff := cmp.Diff(want, names(t, s, ".")); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
	if want := []string{"cdk.out", "node_modules", "x/node_modules"}; !slices.Equal(s.Left, want) {
		t.Errorf("left out %q, want %q", s.Left, want)
	}
	if want := []string{"cdk.out/a.asl"}; !slices.Equal(names(t, new(source.Search), "cdk.out"), want) {
		t.Error("a folder that is named is not searched")
	}
}

func TestSearchEnds(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "in/a.asl", sound)
	for link, to := range map[string]string{"in/loop": ".", "in/up": "..", "in/b.asl": "a.asl", "in/c.asl": "nowhere", "in/d.asl": "d.asl", "link": "in"} {
		if err := os.Symlink(to, link); err != nil {
			t.Skip(err)
		}
	}
	for _, folder := range []string{"in", "link", "in/loop"} {
		var found int
		var faults []error
		for _, err := range new(source.Search).Files(folder) {
			if err != nil {
				faults = append(faults, err)
				continue
			}
			found++
		}
		if found != 2 || len(faults) != 2 || !errors.Is(faults[0], fs.ErrNotExist) {
			t.Errorf("%s: found %d, %v; want two files, and the links that lead nowhere", folder, found, faults)
		}
	}
	stopped := 0
	for range new(source.Search).Files("in") {
		stopped++
		break
	}
	if stopped != 1 {
		t.Error("a search does not stop")
	}
}

func TestSearchReportsWhatItCannotRead(t *testing.T) {
	for _, err := range new(source.Search).Files("nowhere") {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("error %v", err)
		}
	}
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	t.Chdir(t.TempDir())
	write(t, "closed/a.asl", sound)
	if err := os.Chmod("closed", 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod("closed", 0o777)
	for f, err := range new(source.Search).Files(".") {
		if f != nil || !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%v, error %v", f, err)
		}
	}
}
