// Package dsl describes AWS Step Functions workflows in typed Go.
package dsl
