// Package clientreport writes a report on a client's transactions to a bucket: a
// container on AWS Fargate reads them from a REST API, page by page, and puts them
// into Amazon S3 as one CSV object.
//
// The container gets its [Request] as JSON in the environment variable
// REPORT_REQUEST:
//
//	{"filter": {"client_id": "c-1042", "start_date": "2024-01-01", "end_date": "2024-03-31", "status": "settled"}}
//
// The report's key follows from the request ([Request.Key]), so a task that is
// started again replaces the report with one of the same request, and a report is
// either whole or not there. How the container ended is told by its exit code.
package clientreport

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// RequestVariable is the environment variable of the container that holds the
// request.
const RequestVariable = "REPORT_REQUEST"

// Request asks for a report.
type Request struct {
	Filter Filter `json:"filter"`
}

// Filter says which transactions a report is about.
type Filter struct {
	ClientID  string `json:"client_id"`        // up to 64 letters, digits and - _
	StartDate string `json:"start_date"`       // the first day, such as 2024-01-31
	EndDate   string `json:"end_date"`         // the last day, not before the first
	Status    string `json:"status,omitempty"` // of the same characters as ClientID; empty for any status
}

// The exit codes of the container. Those of failures are as sysexits.h has them.
const (
	ExitOK         = 0   // the report is in the bucket
	ExitBadRequest = 64  // the request is not one; trying again does not help
	ExitRefused    = 69  // the API or Amazon S3 refused for good, or answered nonsense
	ExitTransient  = 75  // the API or Amazon S3 was out of reach or overloaded; worth another try
	ExitBadConfig  = 78  // the container's configuration is wrong; trying again does not help
	ExitTerminated = 143 // the container was told to stop (SIGTERM)
)

const maxRequest = 8 << 10 // bytes

var name = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// ParseRequest reads a request from JSON and checks it. A member that it does not
// know is an error: a filter that is spelled wrong must not report on more than
// was asked for.
func ParseRequest(text string) (Request, error) {
	var r Request
	if len(text) > maxRequest {
		return r, fmt.Errorf("the request has %d bytes; the most is %d", len(text), maxRequest)
	}
	in := json.NewDecoder(strings.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(&r); err != nil {
		return r, fmt.Errorf("the request is not the JSON of one: %w", err)
	}
	if _, err := in.Token(); err != io.EOF {
		return r, errors.New("the request is followed by something else")
	}
	return r, r.Validate()
}

// Validate reports what is wrong with the request, if anything is.
func (r Request) Validate() error {
	f := r.Filter
	if !name.MatchString(f.ClientID) {
		return fmt.Errorf("client_id %q is not 1 to 64 letters, digits, - and _", f.ClientID)
	}
	if f.Status != "" && !name.MatchString(f.Status) {
		return fmt.Errorf("status %q is not up to 64 letters, digits, - and _", f.Status)
	}
	start, err := time.Parse(time.DateOnly, f.StartDate)
	if err != nil {
		return fmt.Errorf("start_date %q is not a day such as 2024-01-31", f.StartDate)
	}
	end, err := time.Parse(time.DateOnly, f.EndDate)
	if err != nil {
		return fmt.Errorf("end_date %q is not a day such as 2024-01-31", f.EndDate)
	}
	if end.Before(start) {
		return fmt.Errorf("end_date %s is before start_date %s", f.EndDate, f.StartDate)
	}
	return nil
}

// Key returns the key of the report: prefix, client, days, and the status if one is
// asked for. Different requests have different keys.
func (r Request) Key(prefix string) string {
	f := r.Filter
	key := fmt.Sprintf("%s%s/%s_%s", prefix, f.ClientID, f.StartDate, f.EndDate)
	if f.Status != "" {
		key += "_" + f.Status
	}
	return key + ".csv"
}
