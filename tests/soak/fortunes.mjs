// fortunes.mjs -- the soak's replay: every fortune there is, between two kith clients
// that are killed on the way. tests/integration/fortunes.test.mjs replays a part.
import { readFortunes, whyAbsent } from '../integration/lib/fortunes.mjs';
import { replay } from '../integration/lib/replay.mjs';

// One case; its words for the report.
export async function replayFortunes(seed) {
	if (whyAbsent) return `skipped: ${whyAbsent}`;
	const { files, entries, broken } = readFortunes();
	const { stored, refused, repeated } = await replay(entries, { seed });
	return `files=${files.length} entries=${entries.length} no_utf8=${broken} stored=${stored} too_large=${
		refused} repeated=${repeated}`;
}
