package iam

import (
	"regexp"
	"strings"
)

// tableOrIndex allows a table or, where the call reads one of its indexes, that.
func (g *grants) tableOrIndex(action string) {
	if g.isGiven("IndexName") {
		g.need(need{actions: action, on: "dynamodb:table/<TableName>/index/<IndexName>"})
		return
	}
	on := "dynamodb:table/<TableName>"
	if g.given.computed {
		on += " dynamodb:table/<TableName>/index/*"
	}
	g.need(need{actions: action, on: on})
}

// requestItems allows the tables whose names are the keys of RequestItems.
func (g *grants) requestItems(action string) {
	found := g.given.at("RequestItems")
	if len(found) == 0 {
		g.missing("RequestItems")
	}
	for _, items := range found {
		if items.computed {
			g.allow(action).because(computedAtRunTime("RequestItems")).on(local("dynamodb", "table/"+anything))
		}
		for _, m := range items.members {
			item := *g
			item.given = data{members: []member{{"TableName", textData(m.name)}}}
			item.statements = nil
			item.need(need{actions: action, on: "dynamodb:table/<TableName>"})
			g.statements = append(g.statements, item.statements...)
		}
	}
}

// transactItems allows each of a transaction's parts.
func (g *grants) transactItems() {
	const items = "TransactItems"
	if !g.given.has(items) {
		g.missing(items)
		return
	}
	parts := map[string]string{"ConditionCheck": "dynamodb:ConditionCheckItem", "Delete": "dynamodb:DeleteItem",
		"Get": "dynamodb:GetItem", "Put": "dynamodb:PutItem", "Update": "dynamodb:UpdateItem"}
	if g.resource.Action == "transactGetItems" {
		parts = map[string]string{"Get": parts["Get"]}
	} else {
		delete(parts, "Get")
	}
	for part, action := range parts {
		if path := items + "." + part; g.given.has(path) {
			g.need(need{actions: action, on: "dynamodb:table/<" + path + ".TableName>"})
		}
	}
}

// partiQL is a statement in the query language of Amazon DynamoDB.
var partiQL = regexp.MustCompile(`(?is)^\s*(select|insert|update|delete|exists)\b(?:.*?\bfrom\b|.*?\binto\b)?\s*["']?([\w.-]+)["']?(?:\.["']?([\w.-]+)["']?)?`)

// statementsAt allows the tables and indexes of PartiQL statements.
func (g *grants) statementsAt(path string) {
	texts, known := g.given.textsAt(path)
	if known == absent {
		g.missing(path)
	}
	actions := map[string]string{"select": "dynamodb:PartiQLSelect", "exists": "dynamodb:PartiQLSelect",
		"insert": "dynamodb:PartiQLInsert", "update": "dynamodb:PartiQLUpdate", "delete": "dynamodb:PartiQLDelete"}
	for _, text := range texts {
		parts := partiQL.FindStringSubmatch(text)
		if parts == nil {
			g.allow("dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert", "dynamodb:PartiQLSelect", "dynamodb:PartiQLUpdate").
				because(computedAtRunTime(path)).on(local("dynamodb", "table/"+anything))
			continue
		}
		table := "table/" + parts[2]
		if parts[3] != "" {
			table += "/index/" + parts[3]
		}
		g.allow(actions[strings.ToLower(parts[1])]).on(local("dynamodb", table))
	}
}
