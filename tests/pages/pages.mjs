// Works drills in a browser, as pages.py says: node pages.mjs PROGRAM BROWSER ROOT each|all [PICTURES]
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {chromium} from 'playwright-core';
import {beginner, check, failed, launch, until} from './drill.mjs';

const [program, browserPath, root, much, pictures] = process.argv.slice(2);
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const incidents = JSON.parse(readFileSync(new URL('incidents.json', import.meta.url)));
const WIDTHS = [{width: 1280, height: 900}, {width: 360, height: 740}];
if (pictures) mkdirSync(pictures, {recursive: true});

const begin = beginner(program, root);

const inner = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

// Of the tables behind charts, thousands of cells that are all alike, one a page is looked at.
// What is on the page is well for everybody: no violation, nothing wider than the screen, a picture where one is wanted.
async function look(page, name, axe = () => true) {
  check(`${name}: nothing is wider than the screen`, await inner(page), 0);
  check(`${name}: nor does a button lie outside of it`, await page.evaluate(() => [...document.querySelectorAll('main button, main meter')]
      .filter((each) => each.offsetParent && each.getBoundingClientRect().right > innerWidth).map((each) => each.outerHTML.slice(0, 80))), []);
  if (axe(name)) {
    if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axeSource);
    await page.evaluate(() => [...document.querySelectorAll('.chart-box .data')].slice(1).forEach((each) => each.remove()));
    const found = await page.evaluate(() => window.axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']}));
    check(`${name}: axe`, found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 160)).slice(0, 3).join(' | ')}`), []);
  }
  if (pictures) await page.screenshot({path: `${pictures}/${name}.png`, fullPage: true});
}

const said = (page) => page.locator('#answers .answer').last();
async function press(page, button, answered = true) {
  await page.evaluate(() => document.querySelectorAll('#answers .answer').forEach((each) => each.remove()));
  await button.click();
  if (answered) await said(page).waitFor({timeout: 15000});
}
const fold = async (page, id) => {
  const at = page.locator(`#fold-${id}`);
  if (!await at.evaluate((each) => each.open)) await at.locator('summary').click();
};

async function work(browser, incident, size, axe) {
  const name = `${incident.drill}-${size.width}`;
  const drill = await begin(incident.drill);
  const context = await browser.newContext({viewport: size, colorScheme: size.width < 500 ? 'dark' : 'light', reducedMotion: 'reduce'});
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error' && !/401/.test(message.text())) errors.push(message.text()); });
  await page.goto(drill.trainee);
  await page.locator('#clock').waitFor();
  check(`${name}: the token has left the address`, page.url().includes('token'), false);
  await look(page, `${name}-1-start`, axe);
  const url = new URL(page.url()).origin;
  for (let i = 0; i < 40 && !await page.getByRole('button', {name: 'Acknowledge'}).count(); ++i) {
    await press(page, page.getByRole('button', {name: 'next event'}));
    await page.waitForTimeout(150);
    await page.reload();
  }
  await look(page, `${name}-2-paged`, axe);
  await press(page, page.getByRole('button', {name: 'Acknowledge'}).first());
  const alert = incident.alert || await page.locator('.page-item strong a').first().textContent();
  await page.goto(`${url}/alerts/${alert}`);
  await look(page, `${name}-3-alert`, axe);
  await page.goto(`${url}/services/${incident.service}`);
  check(`${name}: there are dashboards`, await page.locator('.charts svg.chart').count() >= 6);
  await look(page, `${name}-4-service`, axe);
  await page.goto(`${url}/query?expr=${encodeURIComponent('sum by (service) (rate(http_requests_total[2m]))')}`);
  check(`${name}: a query has a chart`, await page.locator('svg.chart').count(), 1);
  await look(page, `${name}-5-query`, axe);
  await page.goto(`${url}/logs?service=${incident.service}`);
  await look(page, `${name}-6-logs`, axe);
  await page.goto(`${url}/changes`);
  if (incident.severity) {
    await page.locator('#severity').selectOption(incident.severity);
    await press(page, page.getByRole('button', {name: 'Declare'}));
  }
  await page.locator('#hypothesis-service').selectOption(incident.hypothesis[0]);
  await page.locator('#hypothesis-kind').selectOption(incident.hypothesis[1]);
  await press(page, page.getByRole('button', {name: 'Note it'}));
  await fold(page, 'post');
  await page.locator('#post-channel').selectOption('external');
  await page.locator('#post').fill(incident.post);
  await press(page, page.getByRole('button', {name: 'Post'}));
  await page.waitForTimeout(800);
  check(`${name}: what came of it is told once`, (await page.locator('#answers').innerText()).split(incident.post).length - 1, 1);
  if (incident.act) {
    await page.locator('#action').fill(incident.act);
    await press(page, page.getByRole('button', {name: 'Would do…'}));
    check(`${name}: it would do something`, (await page.locator('#answers').textContent()).includes(incident.act.split(' ')[0]));
    await press(page, page.getByRole('button', {name: 'Do it'}));
  }
  for (let i = 0; i < 4; ++i) await press(page, page.getByRole('button', {name: '+5 min'}));
  await page.goto(`${url}/people`);
  check(`${name}: customers have been told`, (await page.locator('#status').textContent()).includes(incident.post));
  await look(page, `${name}-7-people`, axe);
  for (const path of ['/alerts', '/cluster', '/playbooks', '/playbooks/shop-errors', '/steps']) {
    await page.goto(url + path);
    await look(page, `${name}-8${path.replaceAll('/', '-')}`, axe);
  }
  await page.goto(url);
  await look(page, `${name}-9-well`, axe);
  await fold(page, 'finish');
  await page.getByRole('button', {name: 'It is over: end the drill'}).click();
  await page.waitForURL('**/after');
  await page.locator('#score').waitFor({timeout: 40000});
  check(`${name}: the right hypothesis was noted`, /hypothesis\s*(1[0-9]|20) of 20/.test((await page.locator('#score').innerText()).replace(/\s+/g, ' ')));
  await look(page, `${name}-a-after`, axe);
  check(`${name}: no errors`, errors, []);
  await context.close();
  await drill.end();
}

// By keyboard alone: the pager is reached by Tab, and Enter acknowledges; a chart's line follows the arrows.
async function by_keyboard(browser) {
  const drill = await begin('quiet-finch');
  const page = await (await browser.newContext({viewport: WIDTHS[0]})).newPage();
  await page.goto(drill.trainee);
  await page.locator('#clock').waitFor();
  const to = async (text) => {
    for (let i = 0; i < 120; ++i) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(() => (document.activeElement.textContent || '').trim()) === text) return true;
    }
    return false;
  };
  for (let i = 0; i < 40 && !await page.getByRole('button', {name: 'Acknowledge'}).count(); ++i) {
    check('“next event” is reached by Tab', await to('next event'));
    await page.keyboard.press('Enter');
    await page.waitForTimeout(1200);
  }
  check('“Acknowledge” is reached by Tab', await to('Acknowledge'));
  await page.keyboard.press('Enter');
  await page.locator('.page-item .badge', {hasText: 'acknowledged'}).waitFor();
  const box = page.locator('.chart-box .scroll').first();
  await box.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  const readouts = await page.locator('.readout').allTextContents();
  check('one line in all charts', new Set(readouts.map((each) => each.slice(0, 8))).size, 1);
  check('with values', readouts[0].length > 12);
  await page.keyboard.press('+');
  await page.waitForURL(/from=/);
  await page.goto(new URL(page.url()).origin + '/query');
  await page.locator('#expr').focus();
  await page.keyboard.type('rate(http_requests_t');
  await page.locator('#names li').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  check('a name is completed', await page.locator('#expr').inputValue(), 'rate(http_requests_total');
  await page.keyboard.press('Enter');
  await page.locator('pre.caret').waitFor();
  check('a caret stands where it went wrong', (await page.locator('pre.caret').textContent()).includes('^'));
  await drill.end();
}

// The server goes and comes, pages stay open, buttons are pressed twice.
async function stays_whole(browser) {
  const drill = await begin('quiet-finch');
  const context = await browser.newContext({viewport: WIDTHS[0]});
  const page = await context.newPage();
  await page.goto(drill.trainee);
  await page.locator('#clock').waitFor();
  const second = await context.newPage();
  await second.goto(new URL(drill.trainee).origin);
  await second.locator('#clock').waitFor();
  const before = await page.locator('#clock').textContent();
  await page.bringToFront();
  await page.getByRole('button', {name: '+1 min'}).dblclick();
  await said(page).waitFor();
  await until(page, (was) => document.querySelector('#clock').textContent !== was, before);
  await page.waitForTimeout(500);
  const seconds = (clock) => clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  check('a double click waits once', seconds(await page.locator('#clock').textContent()) - seconds(before), 60);
  await second.bringToFront();
  await until(second, (was) => document.querySelector('#clock').textContent === was, await page.locator('#clock').textContent(), 8000);
  await second.close();
  await page.goto(new URL(drill.trainee).origin + '/logs');
  await page.goBack();
  await page.locator('#pager').waitFor();
  await page.getByRole('button', {name: 'a minute in a second'}).click();
  const size = () => page.evaluate(() => document.querySelectorAll('*').length);
  await page.waitForTimeout(3000);
  const grown = await size();
  // Whoever writes or has chosen something is left where they are, while the page is kept fresh and a clock is set.
  await fold(page, 'note');
  await page.locator('#note').fill('half a sen');
  await page.evaluate(() => { const was = Date.now.bind(Date); Date.now = () => was() + 3600e3; });
  await page.waitForTimeout(3500);
  check('a page that stays open does not grow', (await size()) < grown * 1.3);
  check('what is being written stays', await page.locator('#note').inputValue(), 'half a sen');
  check('and so does the focus', await page.evaluate(() => document.activeElement.id), 'note');
  check('a clock that is set forwards says nothing', await page.locator('#gone').isHidden());
  await page.evaluate(() => { const was = Date.now.bind(Date); Date.now = () => was() - 2 * 3600e3; });
  await page.route('**/act', (route) => route.abort());
  await page.getByRole('button', {name: '+1 min'}).click();
  await page.locator('.answer.refused', {hasText: 'Nobody has answered'}).waitFor();
  await page.unroute('**/act');
  await page.locator('.answer.refused', {hasText: 'was not done'}).waitFor({timeout: 15000});
  await drill.end();
  await page.locator('#gone', {hasText: 'was ended'}).waitFor({timeout: 20000});
  check('the page stands as it was', await page.locator('#pager').count(), 1);
  await context.close();
}

async function facilitates(browser, size = WIDTHS[0]) {
  const drill = await begin('quiet-finch');
  const context = await browser.newContext({viewport: size});
  const page = await context.newPage();
  await page.goto(drill.facilitator);
  await page.locator('#truth').waitFor();
  await look(page, `facilitator-1-truth-${size.width}`);
  await page.locator('#said').fill('customers cannot pay');
  await page.locator('#role').fill('support');
  await press(page, page.getByRole('button', {name: 'Say it'}));
  await page.locator('#inject').selectOption('inject-http_error-catalogue');
  await press(page, page.getByRole('button', {name: 'Let it happen', exact: true}));
  const row = page.locator('#faults tr', {hasText: 'http_error at catalogue'});
  await row.waitFor();
  await look(page, `facilitator-3-faults-${size.width}`, () => false);
  await press(page, row.getByRole('button', {name: 'End it now'}));
  await row.locator('.badge', {hasText: 'over'}).waitFor();
  await page.goto(new URL(page.url()).origin + '/trainee');
  check('the trainee is told', (await page.locator('#news').textContent()).includes('customers cannot pay'));
  check('nothing can be done in the trainee’s place', await page.locator('main form.act').count(), 0);
  await look(page, `facilitator-2-trainee-${size.width}`);
  await context.close();
  await drill.end();
}

// What is too long is refused in words, and stands where it was written.
async function too_long(browser) {
  const drill = await begin('quiet-finch');
  const page = await (await browser.newContext({viewport: WIDTHS[1]})).newPage();
  await page.goto(drill.trainee);
  await page.locator('#pager').waitFor();
  for (const [id, button] of [['post', 'Post'], ['note', 'Keep']]) {
    await fold(page, id);
    await page.locator(`#${id}`).fill('long '.repeat(2000));
    await press(page, page.getByRole('button', {name: button, exact: true}));
    check(`${id}: too long a text is refused`, /4096 are taken/.test(await said(page).textContent()) && await said(page).evaluate((each) => each.classList.contains('refused')));
    check(`${id}: what was written stands`, (await page.locator(`#${id}`).inputValue()).length, 10000);
  }
  await page.locator('#note').fill('z'.repeat(3000));
  await press(page, page.getByRole('button', {name: 'Keep', exact: true}));
  await page.goto(new URL(page.url()).origin + '/steps');
  check('a long line is folded', (await page.locator('#steps li').first().boundingBox()).height < 300);
  await look(page, 'long-line-360');
  await page.context().close();
  await drill.end();
}

// An address that is opened where a page of it, of an older start, or the page without a session is already: only what
// is behind its # changes then, and no page is loaded.
async function opened_in_an_old_tab(browser) {
  for (const side of ['trainee', 'facilitator']) {
    const flag = side === 'trainee' ? '--port' : '--control-port';
    const seen = side === 'trainee' ? '#pager' : '#truth';
    const first = await begin('quiet-finch');
    const context = await browser.newContext({viewport: WIDTHS[0]});
    const page = await context.newPage();
    const url = new URL(first[side]);
    await page.goto(url.origin + '/');
    await page.locator('#door', {hasText: 'needs the address'}).waitFor();
    await page.goto(`${url.origin}/#token=wrong`);
    await page.locator('#door', {hasText: 'opens nothing here'}).waitFor();
    await page.goto(first[side]);
    await page.locator(seen).waitFor({timeout: 5000});
    check(`${side}: the token has left the address`, page.url(), url.origin + '/');
    const instance = await page.evaluate(() => document.body.dataset.instance);
    await first.end();
    const second = await begin('quiet-finch', flag, url.port);
    await page.locator('#gone', {hasText: 'open the address that it printed last'}).waitFor({timeout: 20000});
    await page.goto(second[side]);
    await page.locator(`body[data-instance]:not([data-instance="${instance}"])`).waitFor({timeout: 5000});
    await page.locator(seen).waitFor();
    check(`${side}: nor does the other’s stay in it`, page.url(), url.origin + '/');
    check(`${side}: nothing is said of another start`, await page.locator('#gone').isHidden());
    await context.close();
    await second.end();
  }
}

// The program ends by a button, once that was asked, and both sides are told.
async function ends(browser) {
  const drill = await begin('quiet-finch');
  const context = await browser.newContext({viewport: WIDTHS[0]});
  const trainee = await context.newPage();
  await trainee.goto(drill.trainee);
  await trainee.locator('#pager').waitFor();
  const page = await (await browser.newContext({viewport: WIDTHS[0]})).newPage();
  await page.goto(drill.facilitator);
  const button = page.getByRole('button', {name: 'End the drill and the program'});
  const asked = [];
  page.on('dialog', (dialog) => { asked.push(dialog.message()); return asked.length === 1 ? dialog.dismiss() : dialog.accept(); });
  await button.click();
  check('who declines goes on', await page.evaluate(async () => (await fetch('/state')).status), 200);
  await button.click();
  check('the program ends', await drill.gone, 0);
  check('it was asked each time', asked.map((each) => each.slice(0, 29)), Array(2).fill('End the drill and the program'));
  for (const [who, at] of [['the facilitator', page], ['the trainee', trainee]]) {
    await at.bringToFront();
    await at.locator('#gone', {hasText: 'was ended'}).waitFor({timeout: 5000});
    check(`${who} has the page as it was`, await at.locator('main section').count() > 2);
  }
  await at_rest(trainee);
  await context.close();
}

// Longer than it takes until a page says that nobody answers.
async function at_rest(page) {
  await page.waitForTimeout(14000);
  check('it is still said why nobody answers', (await page.locator('#gone').textContent()).includes('was ended'));
}

// By axe, where not all is: each kind of page once, at one of the widths.
const looked_at = [(name) => /-(1|3|4|5|9)/.test(name), (name) => /-(2|6|7|8|a)-/.test(name)];
const browser = await launch(chromium, browserPath);
try {
  const began = Date.now();
  for (const [i, incident] of incidents.entries()) {
    if (much !== 'all' && i >= looked_at.length) break;
    const sizes = much === 'all' ? WIDTHS : [WIDTHS[i % 2]];
    for (const size of sizes) await work(browser, incident, size, much === 'all' ? () => true : looked_at[i]);
  }
  await by_keyboard(browser);
  await stays_whole(browser);
  await facilitates(browser);
  await facilitates(browser, WIDTHS[1]);
  await too_long(browser);
  await opened_in_an_old_tab(browser);
  await ends(browser);
  console.log(`worked in ${Math.round((Date.now() - began) / 1000)} s`);
} finally {
  await browser.close();
}
process.exit(failed.length > 0 ? 1 : 0);
