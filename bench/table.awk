# table.awk -- lines "SHAPE TARGET JSON" of kithload to a table: for each shape the
# medians with least and most of server and relay, their ratio, and what broke.

# The number behind KEY in the object, or "" for null.
function figure(json, key,    at, rest) {
	at = index(json, "\"" key "\":")
	rest = substr(json, at + length(key) + 3)
	return at > 0 && match(rest, /^-?[0-9.]+/) ? substr(rest, 1, RLENGTH) : ""
}

function keep(name, value) {
	if (value != "") {
		values[name, ++counts[name]] = value + 0
	}
}

function sorted(name,    i, j, held) {
	for (i = 2; i <= counts[name]; i++) {
		held = values[name, i]
		for (j = i; j > 1 && values[name, j - 1] > held; j--) {
			values[name, j] = values[name, j - 1]
		}
		values[name, j] = held
	}
}

function median(name,    n) {
	n = counts[name]
	return n % 2 ? values[name, (n + 1) / 2] : (values[name, n / 2] + values[name, n / 2 + 1]) / 2
}

function cell(name, form) {
	if (!counts[name]) {
		return "unknown"
	}
	sorted(name)
	return sprintf(form " (" form "-" form ")", median(name), values[name, 1],
		values[name, counts[name]])
}

BEGIN {
	rows = split("rate server_cpu_us_per_message p50_ms p99_ms ack_p50_ms ack_p99_ms", keys, " ")
	split("messages/s|server CPU, us per message|send to delivery p50, ms|" \
		"send to delivery p99, ms|send to ok p50, ms|send to ok p99, ms", titles, "|")
	split("%.0f|%.2f|%.3f|%.3f|%.3f|%.3f", forms, "|")
	faults = split("lost duplicated reordered corrupted refused errors", faultKeys, " ")
}

{
	if (!($1 in seen)) {
		seen[$1] = 1
		shapes[++shapeCount] = $1
	}
	for (k = 1; k <= rows; k++) {
		keep($1 " " $2 " " keys[k], figure($0, keys[k]))
	}
	if ($2 == "server") {
		acked[$1] += figure($0, "acked")
		for (k = 1; k <= faults; k++) {
			sums[$1, k] += figure($0, faultKeys[k])
		}
	}
}

END {
	for (s = 1; s <= shapeCount; s++) {
		split(shapes[s], parts, ":")
		printf "\n%s clients, %s unanswered each\n", parts[1], parts[2]
		printf "  %-28s %-30s %-30s %s\n", "", "server", "relay", "server/relay"
		for (k = 1; k <= rows; k++) {
			a = shapes[s] " server " keys[k]
			b = shapes[s] " relay " keys[k]
			left = cell(a, forms[k])
			right = cell(b, forms[k])
			ratio = counts[a] && counts[b] && median(b) > 0 ? sprintf("%.2f", median(a) / median(b)) : "-"
			printf "  %-28s %-30s %-30s %s\n", titles[k], left, right, ratio
		}
		printf "  of %d messages:", acked[shapes[s]]
		for (k = 1; k <= faults; k++) {
			printf " %s %d", faultKeys[k], sums[shapes[s], k]
		}
		printf "\n"
	}
	printf "\n"
}
