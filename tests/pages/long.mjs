// What takes minutes, of pages in a browser: node long.mjs PROGRAM BROWSER ROOT
import {chromium} from 'playwright-core';
import {beginner, check, failed, launch, until} from './drill.mjs';

const [program, browserPath, root] = process.argv.slice(2);
const begin = beginner(program, root);

async function opened(browser, drill) {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}});
  const page = await context.newPage();
  await page.goto(drill.trainee);
  await page.locator('#clock').waitFor();
  return page;
}

// What a page has taken, once all is collected that nobody holds.
async function taken(session) {
  await session.send('HeapProfiler.collectGarbage');
  const {metrics} = await session.send('Performance.getMetrics');
  const of = (name) => metrics.find((each) => each.name === name).value;
  return {heap: of('JSHeapUsedSize') / 1e6, nodes: of('Nodes'), listeners: of('JSEventListeners')};
}

// A night of messages, one a second: the clock of each, and news now and then. They come as fast as the page takes them.
async function overnight(browser) {
  const drill = await begin('silver-lynx');
  const page = await opened(browser, drill);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const state = await page.evaluate(async () => (await fetch('/state')).json());
  const clock = (i) => new Date(i * 1000).toISOString().slice(11, 19);
  let sent = 0;
  let asked = 0;
  await page.route('**/stream', (route) => {
    let text = 'retry: 10\n\n';
    asked += 1;
    for (let i = 0; i < 600; ++i, ++sent) {
      const at = {...state, now: clock(sent), version: Math.floor(sent / 15), news_count: Math.floor(sent / 600), news: `${clock(600 * Math.floor(sent / 600))} something`};
      text += `id: ${sent}\nevent: state\ndata: ${JSON.stringify(at)}\n\n`;
    }
    return route.fulfill({contentType: 'text/event-stream', body: text});
  });
  await page.reload();
  const until = async (count) => { while (sent < count) await page.waitForTimeout(200); };
  await until(3000);
  await page.waitForTimeout(22000);  // what was said goes away by itself
  const early = await taken(session);
  await until(33000);
  await page.waitForTimeout(22000);
  const late = await taken(session);
  console.log(`after ${sent} messages in ${asked} streams: ${JSON.stringify(early)}, later ${JSON.stringify(late)}`);
  check('a page that is open overnight does not grow', late.nodes < early.nodes * 1.2 && late.heap < early.heap * 1.3 + 2 && late.listeners < early.listeners * 1.2);
  await page.context().close();
  await drill.end();
}

// The program is halted, as when the machine sleeps: the page says so, and goes on where it was, with nothing done twice.
async function halted(browser) {
  const drill = await begin('quiet-finch');
  const page = await opened(browser, drill);
  await page.getByRole('button', {name: 'as on the wall'}).click();
  await page.waitForTimeout(1500);
  drill.process.kill('SIGSTOP');
  await page.getByRole('button', {name: '+5 min'}).click();
  await page.locator('#gone', {hasText: 'does not answer'}).waitFor({timeout: 30000});
  await page.waitForTimeout(15000);
  drill.process.kill('SIGCONT');
  await page.locator('#gone', {hasText: 'stood still'}).or(page.locator('#gone[hidden]')).first().waitFor({state: 'attached', timeout: 30000});
  await until(page, () => !document.body.classList.contains('stale'));
  await page.goto(`${new URL(page.url()).origin}/steps`);
  check('what was asked for meanwhile is done once', (await page.locator('main').textContent()).split('wait 5m').length - 1, 1);
  await page.context().close();
  await drill.end();
}

// A page of a program that has ended, at whose port another one stands: it says so, and the new address works.
async function another(browser) {
  const first = await begin('quiet-finch');
  const port = new URL(first.trainee).port;
  const page = await opened(browser, first);
  await first.end();
  const second = await begin('quiet-finch', '--port', port);
  await page.locator('#gone', {hasText: 'another start of firedrill'}).waitFor({timeout: 40000});
  const tab = await page.context().newPage();
  await tab.goto(second.trainee);
  await tab.locator('#clock').waitFor();
  await page.bringToFront();
  await page.locator('#gone[hidden]').waitFor({state: 'attached', timeout: 40000});
  check('the page that was open is of the new one', await page.locator('#pager').count(), 1);
  await page.context().close();
  await second.end();
}

const browser = await launch(chromium, browserPath);
try {
  for (const part of [another, halted, overnight]) await part(browser);
} finally {
  await browser.close();
}
process.exit(failed.length > 0 ? 1 : 0);
