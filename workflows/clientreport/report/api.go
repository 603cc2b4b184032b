package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/stepwise-go/stepwise/workflows/clientreport"
)

const (
	pageLimit     = 500              // transactions of a page, as asked for
	maxPage       = 16 << 20         // bytes of a page's answer
	maxPages      = 100_000          // of a report
	maxAttempts   = 6                // of a call
	maxRetryAfter = 5 * time.Minute  // that the API may ask to be left alone
	callTimeout   = 30 * time.Second // of a call with its answer
)

// API reads transactions from the REST API that the package comment describes. It
// is safe for concurrent use.
type API struct {
	URL   *url.URL // of the collection; may have a query of its own
	Token string   // sent as a bearer token; none if empty

	// Wait waits for a time or until ctx ends, and then returns ctx's error. Nil waits
	// by the clock.
	Wait func(ctx context.Context, d time.Duration) error
	Log  *slog.Logger // of calls that are repeated; nil for none
}

// page is an answer of the API.
type page struct {
	Items      []Transaction `json:"items"`
	Next       string        `json:"next"`
	NextCursor string        `json:"next_cursor"`
}

// Transactions returns the transactions that the filter describes, in the order of
// the API. After an error there are no more. Errors are of type Refused or
// Transient, or that of ctx.
func (a *API) Transactions(ctx context.Context, f clientreport.Filter) iter.Seq2[Transaction, error] {
	return func(yield func(Transaction, error) bool) {
		at := a.first(f)
		seen := map[string]bool{}
		for at != nil {
			if seen[at.String()] || len(seen) == maxPages {
				yield(nil, &Refused{fmt.Errorf("page %d of the API leads to a page that was read before, or to more than %d", len(seen), maxPages)})
				return
			}
			seen[at.String()] = true
			p, err := a.page(ctx, at)
			if err == nil {
				at, err = a.next(at, p)
			}
			if err != nil {
				yield(nil, fmt.Errorf("page %d: %w", len(seen), err))
				return
			}
			for _, t := range p.Items {
				if err := belongs(t, f); err != nil {
					yield(nil, fmt.Errorf("page %d: %w", len(seen), err))
					return
				}
				if !yield(t, nil) {
					return
				}
			}
		}
	}
}

// first returns the address of the first page.
func (a *API) first(f clientreport.Filter) *url.URL {
	query := a.URL.Query()
	query.Set("client_id", f.ClientID)
	query.Set("start_date", f.StartDate)
	query.Set("end_date", f.EndDate)
	if f.Status != "" {
		query.Set("status", f.Status)
	}
	query.Set("limit", strconv.Itoa(pageLimit))
	first := *a.URL
	first.RawQuery = query.Encode()
	return &first
}

// next returns the address of the page after the one at the given address, or nil
// if that was the last.
func (a *API) next(at *url.URL, p page) (*url.URL, error) {
	switch {
	case p.Next != "":
		next, err := at.Parse(p.Next)
		if err != nil {
			return nil, &Refused{fmt.Errorf("link to the next page: %w", err)}
		}
		if !a.own(next) {
			return nil, &Refused{fmt.Errorf("link to the next page: %w", foreign(next))}
		}
		return next, nil
	case p.NextCursor != "":
		query := at.Query()
		query.Set("cursor", p.NextCursor)
		next := *at
		next.RawQuery = query.Encode()
		return &next, nil
	default:
		return nil, nil
	}
}

// own reports whether an address is the API's, so that it may see the token.
func (a *API) own(u *url.URL) bool { return u.Scheme == a.URL.Scheme && u.Host == a.URL.Host }

type foreignError string

func (e foreignError) Error() string { return string(e) }

func foreign(u *url.URL) error {
	return foreignError(fmt.Sprintf("%s://%s is not the API's own address", u.Scheme, u.Host))
}

// belongs reports what is no transaction, or is one of another client: an API that
// overlooks the filter must not put one client's transactions into another's report.
func belongs(t Transaction, f clientreport.Filter) error {
	if t == nil {
		return &Refused{errors.New("the API sent null for a transaction")}
	}
	raw, ok := t["client_id"]
	if !ok {
		return nil
	}
	var id string
	if err := json.Unmarshal(raw, &id); err != nil || id != f.ClientID {
		return &Refused{fmt.Errorf("the API sent a transaction of client %s for client %q", raw, f.ClientID)}
	}
	return nil
}

// page reads a page, in as many attempts as it takes.
func (a *API) page(ctx context.Context, at *url.URL) (page, error) {
	for attempt := 1; ; attempt++ {
		p, after, err := a.get(ctx, at)
		if err == nil || ctx.Err() != nil || !is[*Transient](err) || attempt == maxAttempts || after > maxRetryAfter {
			return p, err
		}
		delay := max(after, backoff(attempt))
		if a.Log != nil {
			a.Log.Warn("API call to be repeated", "attempt", attempt, "after_ms", delay.Milliseconds(), "error", err.Error())
		}
		if err := a.wait(ctx, delay); err != nil {
			return p, err
		}
	}
}

// get makes one call. Of a transient failure, after is how long the API asks to be
// left alone.
func (a *API) get(ctx context.Context, at *url.URL) (p page, after time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return p, 0, &Refused{err}
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "client-report")
	if a.Token != "" {
		request.Header.Set("Authorization", "Bearer "+a.Token)
	}
	client := http.Client{Timeout: callTimeout, CheckRedirect: a.checkRedirect}
	response, err := client.Do(request)
	if err != nil {
		return p, 0, broken(ctx, err)
	}
	defer response.Body.Close()
	if err := statusError(response); err != nil {
		return p, retryAfter(response), err
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxPage+1))
	if err != nil {
		return p, 0, broken(ctx, err)
	}
	if len(body) > maxPage {
		return p, 0, &Refused{fmt.Errorf("the API's answer has more than %d bytes", maxPage)}
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return p, 0, &Refused{fmt.Errorf("the API's answer is not the JSON of a page: %w", err)}
	}
	if p.Items == nil {
		return p, 0, &Refused{errors.New("the API's answer has no items")}
	}
	return p, 0, nil
}

func (a *API) checkRedirect(to *http.Request, via []*http.Request) error {
	if !a.own(to.URL) {
		return foreign(to.URL)
	}
	if len(via) == 10 {
		return errors.New("more than ten redirects")
	}
	return nil
}

// broken is the error for a call that got no answer, or half of one.
func broken(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case is[foreignError](err):
		return &Refused{err}
	default:
		return &Transient{err}
	}
}

// statusError returns nil for the status of a good answer.
func statusError(r *http.Response) error {
	err := fmt.Errorf("the API answered %s", r.Status)
	switch r.StatusCode {
	case http.StatusOK:
		return nil
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return &Transient{err}
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return &Refused{err}
	}
	if r.StatusCode >= 500 {
		return &Transient{err}
	}
	return &Refused{err}
}

// retryAfter returns what the header Retry-After asks for, in seconds or as a date
// (RFC 9110, section 10.2.3), and 0 if there is none.
func retryAfter(r *http.Response) time.Duration {
	text := r.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(min(max(seconds, 0), 1<<31)) * time.Second
	}
	until, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(r.Header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return max(until.Sub(now), 0)
}

// backoff returns how long to wait after an attempt, counted from 1: a random time
// of up to half a second, a second and so on.
func backoff(attempt int) time.Duration {
	return rand.N(500*time.Millisecond<<(attempt-1)) + 1
}

func (a *API) wait(ctx context.Context, d time.Duration) error {
	if a.Wait != nil {
		return a.Wait(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
