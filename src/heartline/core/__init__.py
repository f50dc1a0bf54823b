"""Values only: errors, selections, results, scales, ids and the registry of verbs. No data, no web, no engine."""
