import { connectToRunning } from '#main/postgres/running.ts';
import { connect } from '#store/sql.ts';
const to = connectToRunning((process.env.DATA ?? '/tmp/d1') + '/postgres')!;
const sql = connect(to, { max: 1 });
for (const q of process.argv.slice(2)) {
  const r = await sql.unsafe(q);
  for (const x of r)
    console.log(
      Object.values(x)
        .map((v) => (typeof v === 'object' ? JSON.stringify(v) : v))
        .join(' | '),
    );
  console.log('--');
}
await sql.end();
