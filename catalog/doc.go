// Package catalog knows what AWS offers to a state machine: the services and the
// actions that AWS SDK integrations call ([Lookup]) and the optimized integrations
// ([Optimized]), the shapes of their parameters and their results, their errors, and
// the permissions that they need.
//
//	action, ok := catalog.Lookup("dynamodb", "getItem") // arn:aws:states:::aws-sdk:dynamodb:getItem
//	table, ok := action.Input.Member("TableName")
//	table.Required                 // true
//	table.Shape.Kind()             // catalog.String
//	action.Errors()                // DynamoDb.InternalServerErrorException, ...
//	action.Permissions()[0].Action // dynamodb:GetItem
//
// Everything is named as Step Functions names it: services in small letters, actions
// in camelCase, members in PascalCase whatever the API itself does, errors with the
// service before them.
//
// The knowledge is in a table that package gen makes from botocore's models and from
// other sources, which NOTICE lists. What is asked for is read, and nothing else: the
// first question about a service takes from tens of microseconds to some
// milliseconds, others less than a microsecond. All of the package may be used by
// many goroutines at the same time.
package catalog

//go:generate go run ./gen -npm gen
