package sfntest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/sfntest"
)

func TestMain(m *testing.M) { sfntest.CoverageMain(m, checkout(), twice()) }

// TestCoverageMain runs this test binary as go test does.
func TestCoverageMain(t *testing.T) {
	profile := filepath.Join(t.TempDir(), "cover.out")
	tests := []struct {
		args   []string
		passes bool
		want   []string
	}{
		{[]string{"-sfntest.cover"}, true, []string{"PASS", "workflow checkout: 80.0% covered", `"Charge": retrier 1 (CardBusy) never takes an error`, "workflow twice: 0.0% covered"}},
		{[]string{"-sfntest.coverprofile", profile, "-sfntest.covermin=10"}, true, []string{"PASS"}},
		{[]string{"-sfntest.covermin=90"}, false, []string{"workflow twice", "of the workflows, less than 90%"}},
		{[]string{"-sfntest.covermin=90", "-test.list=Wall"}, true, []string{"TestAnswersOnAWallClock"}},
		{nil, true, []string{"PASS"}},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			args := append([]string{"-test.run=^TestAnAnswerForAState"}, tt.args...)
			out, err := exec.Command(os.Args[0], args...).CombinedOutput()
			if (err == nil) != tt.passes {
				t.Errorf("it ends with %v", err)
			}
			for _, want := range tt.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("it prints\n%s\nwant %q in it", out, want)
				}
			}
			if len(tt.args) == 0 && strings.Contains(string(out), "workflow") {
				t.Errorf("unasked it prints\n%s", out)
			}
		})
	}
	text, err := os.ReadFile(profile)
	if err != nil || !strings.HasPrefix(string(text), "mode: count\ngithub.com/stepwise-go/stepwise/sfntest/") {
		t.Errorf("the profile is %q (%v)", text, err)
	}
}
