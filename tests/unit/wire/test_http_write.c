/*
 * test_http_write.c -- heads that are written: their exact bytes, that the
 * reader reads them back, and that nobody can slip a line into one.
 */
#include "base/mem.h"
#include "wire/http.h"

#include "unit/lib/claim.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_a_response_is_written(void **state)
{
	(void)state;
	struct kith_buf buf = { 0 };
	kith_http_write_status(&buf, 201);
	kith_http_write_header(&buf, "Content-Length", KITH_STR("2"));
	kith_http_write_header(&buf, "X", KITH_STR(""));
	kith_http_write_end(&buf);
	assert_true(kith_str_is(kith_buf_str(&buf),
	                        "HTTP/1.1 201 Created\r\nContent-Length: 2\r\nX: \r\n\r\n"));
	kith_buf_done(&buf);
}

static void test_a_request_is_written(void **state)
{
	(void)state;
	struct kith_buf buf = { 0 };
	kith_http_write_request(&buf, "POST", KITH_STR("/v1/me?a=b"));
	kith_http_write_header(&buf, "Host", KITH_STR("a:1"));
	kith_http_write_end(&buf);
	assert_true(
		kith_str_is(kith_buf_str(&buf), "POST /v1/me?a=b HTTP/1.1\r\nHost: a:1\r\n\r\n"));
	kith_buf_done(&buf);
}

static void test_every_status_is_read_back(void **state)
{
	(void)state;
	for (int status = 100; status <= 599; status++) {
		struct kith_buf buf = { 0 };
		kith_http_write_status(&buf, status);
		if (status >= 200 && status != 204) {
			kith_http_write_header(&buf, "Content-Length", KITH_STR("0"));
		}
		kith_http_write_end(&buf);
		struct kith_http_head head;
		enum kith_rc rc;
		assert_int_equal(kith_http_read_response(kith_buf_str(&buf), &head, &rc, NULL),
		                 KITH_PARSE_DONE);
		assert_int_equal(head.status, status);
		assert_int_equal(head.size, buf.len);
		kith_buf_done(&buf);
	}
}

static void test_every_error_has_a_reason(void **state)
{
	(void)state;
	for (int rc = KITH_OK + 1; rc < KITH_RC_WIRE_COUNT; rc++) {
		int status = kith_err_row((enum kith_rc)rc)->status;
		assert_string_not_equal(kith_http_reason(status), "Status");
	}
	assert_string_equal(kith_http_reason(404), "Not Found");
	assert_string_equal(kith_http_reason(599), "Status");
}

static void test_an_empty_heap_is_remembered(void **state)
{
	(void)state;
	struct kith_buf buf = { 0 };
	kith_mem_fail_from(1);
	kith_http_write_status(&buf, 200);
	kith_http_write_end(&buf);
	kith_mem_fail_never();
	assert_true(buf.failed);
	kith_buf_done(&buf);
}

/* Writes it in a child, which must be stopped by the promise. */
static bool is_stopped(const char *method, struct kith_str target, const char *name,
                       struct kith_str value)
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGABRT, SIG_DFL); /* cmocka's own handler would go on */
		close(STDERR_FILENO);     /* it would say so, as it should */
		struct kith_buf buf = { 0 };
		kith_http_write_request(&buf, method, target);
		kith_http_write_header(&buf, name, value);
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void test_no_line_can_be_slipped_in(void **state)
{
	(void)state;
	struct kith_str target = KITH_STR("/");
	struct kith_str value = KITH_STR("v");
	assert_false(is_stopped("GET", target, "N", value));
	assert_true(is_stopped("GET", target, "N", KITH_STR("v\r\nX: y")));
	assert_true(is_stopped("GET", target, "N", KITH_STR("v\n")));
	assert_true(is_stopped("GET", target, "N", KITH_STR("v\0w")));
	assert_true(is_stopped("GET", target, "N: x\r\nM", value));
	assert_true(is_stopped("GET", KITH_STR("/ HTTP/1.1\r\nX: y"), "N", value));
	assert_true(is_stopped("GET", KITH_STR(""), "N", value));
	assert_true(is_stopped("GET\n", target, "N", value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_response_is_written),
		cmocka_unit_test(test_a_request_is_written),
		cmocka_unit_test(test_every_status_is_read_back),
		cmocka_unit_test(test_every_error_has_a_reason),
		cmocka_unit_test(test_an_empty_heap_is_remembered),
		cmocka_unit_test(test_no_line_can_be_slipped_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
