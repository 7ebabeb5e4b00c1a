/*
 * metric_text.h -- figures as Prometheus reads them: text format 0.0.4.
 *
 * Rows in the order of metric.def, each with its HELP and TYPE; a label that has
 * counted nothing yet is there with 0, so that its first event is seen as a rise.
 * What labels are called is the caller's business. Decides nothing.
 */
#ifndef KITH_BASE_METRIC_TEXT_H
#define KITH_BASE_METRIC_TEXT_H

#include "base/buf.h"
#include "base/metric.h"

#define KITH_METRIC_TEXT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/*
 * Writes the labels of cell INDEX of a figure into OUT with kith_metric_text_label();
 * false, with nothing written, for a cell that stands for nothing.
 */
typedef bool kith_metric_name_fn(enum kith_metric_labels labels, size_t index,
                                 struct kith_buf *out);

/* Appends all figures to OUT, whose failed says whether there was room. */
void kith_metric_text(const struct kith_metric_sums *sums, kith_metric_name_fn *name,
                      struct kith_buf *out);

/* Appends NAME="VALUE", escaped, with a comma before it when it is not the first. */
void kith_metric_text_label(struct kith_buf *out, const char *name, struct kith_str value);

#endif
