// kills.mjs -- the soak's kills: kill -9 of the server under load, with the proof that
// nothing was lost. tests/integration/kill.test.mjs does it ten times.
import { killUnderLoad } from '../integration/lib/kills.mjs';

const KILLS = 10; // of one data directory

// One case; its words for the report.
export async function killServer(seed) {
	const { kills, acked } = await killUnderLoad({ seed, kills: KILLS, env: { KITH_WORKERS: '2' } });
	return `kills=${kills} acked=${acked} lost=0`;
}
