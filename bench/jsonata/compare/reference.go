package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"time"
)

// answer is what an engine makes of an expression. Its kind is value, undefined,
// function, infinite (a number that JSON has not), error, limit, crash (an error of
// JavaScript, without a code) or none.
type answer struct {
	Kind     string `json:"kind"`
	Value    string `json:"value"` // JSON
	Code     string `json:"code"`
	Message  string `json:"message"`
	Position int    `json:"position"`
	Token    string `json:"token"`
}

//go:embed reference.js
var script string

// reference is the reference implementation in a process of Node.
type reference struct {
	documents map[string]string
	process   *exec.Cmd
	jobs      io.WriteCloser
	answers   chan answer
}

func (r *reference) start() error {
	r.process = exec.Command("node", "--max-old-space-size=1024", "--stack-size=4000", "-e", script)
	r.process.Env = append(os.Environ(), "TZ=UTC")
	jobs, err := r.process.StdinPipe()
	if err != nil {
		return err
	}
	out, err := r.process.StdoutPipe()
	if err != nil {
		return err
	}
	if err := r.process.Start(); err != nil {
		return err
	}
	answers := make(chan answer)
	r.jobs, r.answers = jobs, answers
	go func() {
		defer close(answers)
		for d := json.NewDecoder(bufio.NewReader(out)); ; {
			var a answer
			if d.Decode(&a) != nil {
				return
			}
			answers <- a
		}
	}()
	return json.NewEncoder(jobs).Encode(r.documents)
}

func (r *reference) stop() {
	if r.process != nil {
		r.jobs.Close()
		r.process.Process.Kill()
		for range r.answers {
		}
		r.process.Wait()
		r.process = nil
	}
}

// evaluate answers none where the reference takes too long, or all memory.
func (r *reference) evaluate(j job) (answer, error) {
	if r.process == nil {
		if err := r.start(); err != nil {
			return answer{}, err
		}
	}
	if err := json.NewEncoder(r.jobs).Encode(j); err == nil {
		select {
		case a, ok := <-r.answers:
			if ok {
				return a, nil
			}
		case <-time.After(10 * time.Second):
		}
	}
	r.stop()
	return answer{Kind: "none"}, nil
}
