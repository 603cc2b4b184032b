package interp

import (
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/stepwise-go/stepwise/asl"
)

// An Option sets how a machine runs. Options given to [New] hold for all
// executions, those given to [Machine.Start] or [Machine.Run] for one, over them.
type Option func(*config) error

// config is what the options set.
type config struct {
	byState    map[string]TaskHandler
	byResource map[string]TaskHandler
	fallback   TaskHandler

	typ         string // asl.Standard, asl.Express or SyncExpress
	name        string // of the execution
	machineName string
	roleARN     string
	region      string
	account     string
	start       time.Time
	clock       Clock
	activities  func(arn string) bool
	seed        uint64
	quotas      *Quotas
	observers   []func(Event)
	steps       []func(Step)
	objects     ObjectStore
	parquet     func(io.Reader) iter.Seq2[any, error]
}

func defaultConfig() config {
	return config{
		typ:         asl.Standard,
		machineName: "StateMachine",
		roleARN:     "arn:aws:iam::111111111111:role/StateMachine",
		region:      "us-east-1",
		account:     "111111111111",
		start:       time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

// with returns the configuration changed by further options; the receiver stays
// as it is.
func (c config) with(opts []Option) (config, error) {
	c.byState, c.byResource = maps.Clone(c.byState), maps.Clone(c.byResource)
	c.observers, c.steps = slices.Clone(c.observers), slices.Clone(c.steps)
	for _, opt := range opts {
		if err := opt(&c); err != nil {
			return c, err
		}
	}
	return c, nil
}

// WithHandler gives the handler of every task that has none of its own.
func WithHandler(h TaskHandler) Option {
	return func(c *config) error {
		c.fallback = h
		return nil
	}
}

// WithResource gives the handler of the tasks with exactly this Resource: an ARN
// or a placeholder such as ${Charge_Arn}.
func WithResource(resource string, h TaskHandler) Option {
	return func(c *config) error {
		if c.byResource == nil {
			c.byResource = map[string]TaskHandler{}
		}
		c.byResource[resource] = h
		return nil
	}
}

// WithState gives the handler of the task of this name; it goes before those by
// resource.
func WithState(name string, h TaskHandler) Option {
	return func(c *config) error {
		if c.byState == nil {
			c.byState = map[string]TaskHandler{}
		}
		c.byState[name] = h
		return nil
	}
}

// SyncExpress is the type of an Express execution whose caller waits for its end
// (Step Functions API, StartSyncExecution).
const SyncExpress = "SYNC_EXPRESS"

// WithType makes executions of a type: [asl.Standard], the default, [asl.Express]
// or [SyncExpress].
func WithType(typ string) Option {
	return func(c *config) error {
		if typ != asl.Standard && typ != asl.Express && typ != SyncExpress {
			return fmt.Errorf("no type of execution %q: it is %s, %s or %s", typ, asl.Standard, asl.Express, SyncExpress)
		}
		c.typ = typ
		return nil
	}
}

// WithName names the execution; the default is a UUID made of the seed.
func WithName(name string) Option {
	return func(c *config) error {
		c.name = name
		return nil
	}
}

// WithMachineName names the state machine; the default is StateMachine.
func WithMachineName(name string) Option {
	return func(c *config) error {
		c.machineName = name
		return nil
	}
}

// WithRole gives the ARN of the state machine's role.
func WithRole(arn string) Option {
	return func(c *config) error {
		c.roleARN = arn
		return nil
	}
}

// WithRegion gives the region and the account in which the machine stands; the
// default is us-east-1 and 111111111111.
func WithRegion(region, account string) Option {
	return func(c *config) error {
		c.region, c.account = region, account
		return nil
	}
}

// WithStart gives the instant at which the virtual clock starts; the default is
// the beginning of 2025, UTC.
func WithStart(t time.Time) Option {
	return func(c *config) error {
		c.start = t
		return nil
	}
}

// WithClock makes executions run on a clock, such as [WallClock], instead of
// virtual time. Task handlers then run in goroutines of their own, and their
// context ends with their task.
func WithClock(clock Clock) Option {
	return func(c *config) error {
		c.clock = clock
		return nil
	}
}

// WithActivities gives a function that tells which activities exist, by their ARN;
// without it all do. A task whose activity does not exist fails the execution.
func WithActivities(exists func(arn string) bool) Option {
	return func(c *config) error {
		c.activities = exists
		return nil
	}
}

// WithSeed gives the seed of everything random: jitter, States.MathRandom,
// States.UUID, names and task tokens. One seed gives one history; the default is 0.
func WithSeed(seed uint64) Option {
	return func(c *config) error {
		c.seed = seed
		return nil
	}
}

// WithQuotas replaces the service's limits; see [ServiceQuotas].
func WithQuotas(q Quotas) Option {
	return func(c *config) error {
		c.quotas = &q
		return nil
	}
}

// WithObserver adds a function that gets every history event as it is written. It
// is called by the goroutine that runs the execution, must not call the
// execution's methods, and may be given several times.
func WithObserver(observe func(Event)) Option {
	return func(c *config) error {
		c.observers = append(c.observers, observe)
		return nil
	}
}

// WithObjects gives the store that stands for Amazon S3 where distributed Maps read
// their data sets and write their results.
func WithObjects(store ObjectStore) Option {
	return func(c *config) error {
		c.objects = store
		return nil
	}
}

// WithParquet gives what reads Parquet files, for ItemReaders with that InputType:
// rows yields the rows as values of package asl/value, an error last. It is Rows of
// package interp/parquet; programs that read no such files need not link it. A
// content that the store gives as an [io.ReaderAt] and [io.Seeker] is one to rows.
func WithParquet(rows func(content io.Reader) iter.Seq2[any, error]) Option {
	return func(c *config) error {
		c.parquet = rows
		return nil
	}
}
