/*
 * stage.c -- memory that lives as long as a case.
 */
#include "transcripts/stage.h"

struct kith_str stage_keep(struct scene *scene, struct kith_str text)
{
	struct kith_str copy;

	KITH_ASSERT(kith_arena_copy(scene->mem, text, &copy));
	return copy;
}

void *stage_zero(struct scene *scene, size_t size)
{
	void *piece = kith_arena_zero(scene->mem, 1, size);

	KITH_ASSERT(piece != NULL);
	return piece;
}
