/*
 * metric_text.c -- a row, its cells, its lines.
 */
#include "base/metric_text.h"

enum { MILLION = 1000000 };

static const char *const types[] = {
	[KITH_METRIC_COUNTER] = "counter",        [KITH_METRIC_GAUGE] = "gauge",
	[KITH_METRIC_HISTOGRAM] = "histogram",    [KITH_METRIC_SAMPLE] = "gauge",
	[KITH_METRIC_SAMPLE_COUNTER] = "counter",
};

/* VALUE in ones; millionths lose the zeros at their end. */
static void add_value(struct kith_buf *out, enum kith_metric_scale scale, int64_t value)
{
	if (scale == KITH_METRIC_ONE) {
		kith_buf_add_int(out, value);
		return;
	}
	if (value < 0) {
		kith_buf_add_char(out, '-');
		value = -value;
	}
	kith_buf_add_int(out, value / MILLION);
	if (value % MILLION == 0) {
		return;
	}
	kith_buf_add_format(out, ".%06d", (int)(value % MILLION));
	while (!out->failed && out->at[out->len - 1] == '0') {
		out->len--;
	}
}

/* In a help text a quote may stand as it is. */
static void add_escaped(struct kith_buf *out, struct kith_str text, bool is_quoted)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '\n') {
			kith_buf_add_text(out, "\\n");
			continue;
		}
		if (text.at[i] == '\\' || (is_quoted && text.at[i] == '"')) {
			kith_buf_add_char(out, '\\');
		}
		kith_buf_add_char(out, text.at[i]);
	}
}

void kith_metric_text_label(struct kith_buf *out, const char *name, struct kith_str value)
{
	if (!out->failed && out->len > 0 && out->at[out->len - 1] == '"') {
		kith_buf_add_char(out, ',');
	}
	kith_buf_add_text(out, name);
	kith_buf_add_text(out, "=\"");
	add_escaped(out, value, true);
	kith_buf_add_char(out, '"');
}

static void add_head(struct kith_buf *out, const struct kith_metric_row *row)
{
	kith_buf_add_text(out, "# HELP ");
	kith_buf_add_text(out, row->name);
	kith_buf_add_char(out, ' ');
	add_escaped(out, kith_str_of(row->help), false);
	kith_buf_add_format(out, "\n# TYPE %s %s\n", row->name, types[row->type]);
}

static void add_histogram(struct kith_buf *out, const struct kith_metric_row *row,
                          const int64_t *cells)
{
	size_t count;
	const int64_t *bounds = kith_metric_bounds(row, &count);
	int64_t seen = 0;

	for (size_t i = 0; i < count; i++) {
		seen += cells[i];
		kith_buf_add_text(out, row->name);
		kith_buf_add_text(out, "_bucket{le=\"");
		add_value(out, row->scale, bounds[i]);
		kith_buf_add_text(out, "\"} ");
		kith_buf_add_int(out, seen);
		kith_buf_add_char(out, '\n');
	}
	seen += cells[count];
	kith_buf_add_format(out, "%s_bucket{le=\"+Inf\"} %lld\n%s_sum ", row->name, (long long)seen,
	                    row->name);
	add_value(out, row->scale, cells[count + 1]);
	kith_buf_add_format(out, "\n%s_count %lld\n", row->name, (long long)seen);
}

static void add_cell(struct kith_buf *out, const struct kith_metric_row *row, size_t index,
                     int64_t value, kith_metric_name_fn *name)
{
	size_t begin = out->len;

	kith_buf_add_text(out, row->name);
	if (row->labels != KITH_METRIC_NONE) {
		kith_buf_add_char(out, '{');
		if (!name(row->labels, index, out)) {
			out->len = begin;
			return;
		}
		kith_buf_add_char(out, '}');
	}
	kith_buf_add_char(out, ' ');
	add_value(out, row->scale, value);
	kith_buf_add_char(out, '\n');
}

static bool is_absent(const struct kith_metric_row *row, const int64_t *cells)
{
	return row->type != KITH_METRIC_HISTOGRAM && cells[0] == KITH_METRIC_ABSENT;
}

void kith_metric_text(const struct kith_metric_sums *sums, kith_metric_name_fn *name,
                      struct kith_buf *out)
{
	for (int metric = 0; metric < KITH_METRIC_COUNT; metric++) {
		const struct kith_metric_row *row = kith_metric_row((enum kith_metric)metric);
		const int64_t *cells = &sums->cells[row->at];
		if (is_absent(row, cells)) {
			continue;
		}
		add_head(out, row);
		if (row->type == KITH_METRIC_HISTOGRAM) {
			add_histogram(out, row, cells);
			continue;
		}
		for (size_t i = 0; i < row->width; i++) {
			add_cell(out, row, i, cells[i], name);
		}
	}
}
