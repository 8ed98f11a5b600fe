// What tests of the pages share: a drill with its addresses, whether what is seen is what is expected.
import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';

export const failed = [];
export const check = (what, seen, expected = true) => {
  if (JSON.stringify(seen) === JSON.stringify(expected)) return;
  failed.push(what);
  console.log(`${what}\n  expected ${JSON.stringify(expected)}\n  seen     ${JSON.stringify(seen)}`);
};

// The page's policy lets nothing be evaluated from within it, as the driver's own way to wait does.
export const until = async (page, holds, argument, timeout = 30000) => {
  for (const end = Date.now() + timeout; !(await page.evaluate(holds, argument)); await page.waitForTimeout(50)) {
    if (Date.now() > end) throw new Error(`not within ${timeout} ms: ${holds}`);
  }
};

export const launch = (chromium, executablePath) => chromium.launch({executablePath, args: ['--no-sandbox', '--disable-gpu']});

export const beginner = (program, root) => async (drill, ...more) => {
  const process = spawn(program, ['drill', drill, '--web', '--json', '--pace', 'paused', ...more], {cwd: root});
  const lines = createInterface({input: process.stdout});
  const first = await new Promise((done, fail) => {
    lines.once('line', done);
    process.once('exit', (code) => fail(new Error(`${drill} ended with ${code}`)));
  });
  const gone = new Promise((done) => process.once('exit', done));
  return {...JSON.parse(first), process, gone, end: async () => { process.kill('SIGINT'); await gone; }};
};
