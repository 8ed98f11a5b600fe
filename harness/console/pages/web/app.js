// The drill's pages: hands the token over, keeps the page fresh, does what buttons say once and no more, and draws the
// line that follows the pointer in all charts. The server makes all markup; this puts it where it belongs.
'use strict';
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const body = document.body;
  const post = (path, value) => fetch(path, {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(value)});

  // --- the door ---

  const token_of_address = () => new URLSearchParams(location.hash.slice(1)).get('token');
  const here = () => location.pathname + location.search;
  const strip = () => history.replaceState(null, '', here());
  // An address that is opened where its page is already loads nothing: what is behind its # alone is new.
  const watch_address = (found) => window.addEventListener('hashchange', () => { if (token_of_address()) found(); });
  async function enter() {
    const say = (text) => { $('#door').textContent = text; };
    const token = token_of_address();
    try {
      if (token) {
        const answer = await post('/session', {token});
        strip();
        if (answer.ok) return location.reload();
        return say((await answer.json()).text);
      }
      // A page of another site led here: the cookie comes with what this page asks for itself.
      const known = await fetch('/state');
      if (known.ok && !sessionStorage.getItem('entered')) {
        sessionStorage.setItem('entered', '1');
        return location.replace(here());
      }
    } catch (error) {
      say('The drill does not answer. Is firedrill still running?');
    }
  }
  if (body.dataset.role === 'door') {
    watch_address(enter);
    return void enter();
  }
  sessionStorage.removeItem('entered');
  const token = token_of_address();
  if (token) {
    strip();
    post('/session', {token}).catch(() => {});
  }

  // --- what the page says of itself ---

  const answers = $('#answers');
  function say(text, kind = 'plain') {
    const note = document.createElement('div');
    note.className = 'answer ' + kind;
    const close = document.createElement('button');
    close.type = 'button';
    close.textContent = '✕';
    close.setAttribute('aria-label', 'close');
    close.addEventListener('click', () => note.remove());
    const words = document.createElement('pre');
    words.textContent = text;
    note.append(words, close);
    answers.append(note);
    while (answers.children.length > 3) answers.firstChild.remove();
    if (kind !== 'refused') setTimeout(() => note.remove(), 20000);
  }
  // Above everything: that the page is not fresh, or else what the server says of itself.
  const gone = $('#gone');
  let told = '';
  function lost(text, remark = told) {
    told = remark;
    const words = text || remark;
    if (gone.textContent !== words) gone.textContent = words;
    gone.hidden = words === '';
    gone.classList.toggle('remark', text === '');
    body.classList.toggle('stale', text !== '');
  }

  // This page may be of another start of firedrill than the address that is opened in it: all of it comes anew.
  async function enter_anew() {
    const token = token_of_address();
    strip();
    try {
      const answer = await post('/session', {token});
      if (answer.ok) return location.reload();
      say((await answer.json()).text, 'refused');
    } catch (error) {
      say('The drill does not answer. Is firedrill still running?', 'refused');
    }
  }
  watch_address(enter_anew);

  // --- fresh markup in place of old, node by node: focus, what is folded open and what was typed stay ---

  function same(a, b) {
    return a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id || '') === (b.id || '');
  }
  function morph(old, fresh) {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
      return;
    }
    if (old.isEqualNode(fresh)) return;
    for (const {name} of [...old.attributes]) {
      const kept = (old.nodeName === 'DETAILS' && name === 'open') || name.startsWith('aria-active');
      if (!kept && !fresh.hasAttribute(name)) old.removeAttribute(name);
    }
    for (const {name, value} of [...fresh.attributes]) {
      const kept = (old.nodeName === 'DETAILS' && name === 'open') || (old.nodeName === 'INPUT' && name === 'value');
      if (!kept && old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    if (old.nodeName === 'TEXTAREA' || (old.nodeName === 'SELECT' && old === document.activeElement)) return;
    const chosen = old.nodeName === 'SELECT' ? old.value : null;
    let at = old.firstChild;
    const skip = () => { while (at && at.nodeType === Node.ELEMENT_NODE && 'own' in at.dataset) at = at.nextSibling; };
    for (const next of [...fresh.childNodes]) {
      skip();
      if (at && next.id && !same(at, next)) {
        // What has a name is found again, wherever it stood.
        const there = [...old.children].find((each) => each.id === next.id && each.nodeName === next.nodeName);
        if (there) { old.insertBefore(there, at); at = there; }
      }
      if (at && same(at, next)) {
        const done = at;
        at = at.nextSibling;
        morph(done, next);
      } else {
        old.insertBefore(next, at);
      }
    }
    skip();
    while (at) { const over = at; at = at.nextSibling; skip(); over.remove(); }
    if (chosen !== null && [...old.options].some((each) => each.value === chosen)) old.value = chosen;
  }

  let epoch = Number(body.dataset.epoch);
  let shown = Number(body.dataset.version);
  let refreshing = false;
  let wanted = false;
  async function refresh() {
    wanted = true;
    if (refreshing || dragging) return;
    refreshing = true;
    try {
      while (wanted) {
        wanted = false;
        const answer = await fetch(here(), {headers: {'X-Refresh': '1', Accept: 'text/html'}});
        if (answer.status === 401) return old();
        if (!answer.ok) break;
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        const had = document.activeElement;
        for (const part of ['header', '#main', '#respond']) {
          const place = $(part);
          const fresh = $(part, page);
          if (place && fresh) morph(place, document.importNode(fresh, true));
        }
        document.title = page.title;
        body.dataset.epoch = page.body.dataset.epoch;
        epoch = Number(page.body.dataset.epoch);
        shown = Number(page.body.dataset.version);
        if (had && had !== body && !document.contains(had)) $('#main').focus({preventScroll: true});
        redraw();
        await new Promise((done) => setTimeout(done, 700));
      }
    } catch (error) {
      // The stream says when the server is there again.
    } finally {
      refreshing = false;
    }
  }

  // --- the stream ---

  let stream = null;
  // By a clock that never jumps: that of the machine may be set while the page is open.
  let alive = performance.now();
  let news = null;
  function old() {
    lost('This page is of a drill that is over, or of another start of firedrill: open the address that it printed last.');
    if (stream) stream.close();
    stream = null;
  }
  function heard(text) {
    alive = performance.now();
    const state = JSON.parse(text);
    if (state.instance !== body.dataset.instance) return location.reload();
    if (state.ended) return end();
    lost('', state.said);
    ask();
    $('#clock').textContent = state.now;
    document.title = document.title.replace(/^\(\d+\) /, '');
    if (state.calling) document.title = `(${state.calling}) ${document.title}`;
    // What came while nobody looked is counted, and the newest of it told.
    const fresh = news === null || state.epoch !== epoch ? 0 : state.news_count - news;
    // Of what is being done the answer tells what came of it.
    if (fresh > 0 && state.news && !acting) say(fresh > 1 ? `${fresh} things have reached you; the newest:\n${state.news}` : state.news, 'news');
    news = state.news_count;
    if (state.version !== shown || state.epoch !== epoch) refresh();
  }
  // The program is about to end: that nobody answers from then on is as it was meant.
  let ended = '';
  function end() {
    ended = 'The drill was ended, and firedrill with it. This page stands as it was.';
    lost(ended);
    if (stream) stream.close();
    stream = null;
  }
  function listen() {
    if (stream || document.hidden) return;
    stream = new EventSource('/stream');
    stream.addEventListener('state', (event) => heard(event.data));
    stream.addEventListener('beat', () => { alive = performance.now(); lost(''); });
    stream.addEventListener('error', () => {
      if (stream && stream.readyState === EventSource.CLOSED) { stream = null; poll(); }
    });
  }
  async function poll() {
    try {
      const answer = await fetch('/state');
      if (answer.status === 401) return old();
      if (answer.ok) { heard(await answer.text()); listen(); }
    } catch (error) {
      // Said by watch().
    }
  }
  function watch() {
    if (document.hidden) return;
    if (performance.now() - alive > 12000) {
      lost(ended || `The drill does not answer. This page stands as it was at ${$('#clock').textContent}; it goes on by itself once it is there again.`);
      if (!stream || stream.readyState === EventSource.CLOSED) { stream = null; poll(); }
    } else if (!stream) {
      poll();
    }
  }
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) { if (stream) stream.close(); stream = null; return; }
    again();
  });
  // Of a page that the browser had put aside: it may have been gone from for long.
  window.addEventListener('pageshow', (event) => { if (event.persisted) again(); });
  function again() {
    alive = performance.now();
    poll();
    listen();
  }
  setInterval(watch, 3000);

  // --- to do something: once ---

  const newKey = () => [...crypto.getRandomValues(new Uint8Array(12))].map((x) => x.toString(16).padStart(2, '0')).join('');
  const pending = {
    get: () => JSON.parse(sessionStorage.getItem('pending') || 'null'),
    set: (value) => value ? sessionStorage.setItem('pending', JSON.stringify(value)) : sessionStorage.removeItem('pending'),
  };
  function tell(answer, line) {
    const text = (answer.text || '').trimEnd();
    say(text || line, answer.ok ? 'done' : 'refused');
    if (answer.over && !location.pathname.startsWith('/after') && body.dataset.role === 'trainee') location.assign('/after');
  }
  let acting = false;
  const longest = Number(body.dataset.longestLine);
  async function act(line, form) {
    if (acting || !line) return;
    // What is too long is refused whole, and stands in its field: nothing is cut off without a word.
    const bytes = new TextEncoder().encode(line).length;
    if (bytes > longest) {
      return say(`That is too long, and nothing was done: with the command before it, it has ${bytes} bytes, and ${longest} are taken. Shorten it by ${bytes - longest}; what you wrote stands.`, 'refused');
    }
    if (pending.get()) {
      await ask();
      if (pending.get()) return say(`“${line}” was not taken: the drill does not answer, and whether “${pending.get().line}” was done is not known yet.`, 'refused');
      if (acting) return;
    }
    acting = true;
    body.classList.add('acting');
    const key = newKey();
    pending.set({key, line});
    try {
      const answer = await post('/act', {line, key, epoch});
      pending.set(null);
      if (answer.status === 401) return old();
      const told = await answer.json().catch(() => ({ok: false, text: `“${line.slice(0, 60)}” was not taken: ${answer.status} ${answer.statusText}`}));
      if (told.news_count !== undefined) news = told.news_count;
      tell(told, line);
      if (told.ok && form) form.reset();
    } catch (error) {
      say(`Nobody has answered “${line}”. Whether it was done is asked as soon as the drill is there again.`, 'refused');
    } finally {
      acting = false;
      body.classList.remove('acting');
      refresh();
    }
  }
  // Of what was under way when the connection broke, or the page was loaded anew: was it done?
  let asking = false;
  async function ask() {
    const last = pending.get();
    if (!last || acting || asking) return;
    asking = true;
    try {
      const answer = await post('/act', {key: last.key, asks: true, line: ''});
      pending.set(null);
      if (answer.ok) { say(`“${last.line}” was done.`, 'done'); tell(await answer.json(), last.line); }
      else say(`“${last.line}” was not done.`, 'refused');
    } catch (error) {
      // The next time.
    } finally {
      asking = false;
    }
  }
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!form.classList.contains('act')) return;
    event.preventDefault();
    const dry = event.submitter && event.submitter.name === 'dry';
    const line = (dry ? event.submitter.value : form.dataset.line)
        .replace(/\{(\w+)\}/g, (whole, name) => form.elements[name] ? form.elements[name].value.replace(/\s+/g, ' ').trim() : '');
    act(line.replace(/\s+/g, ' ').trim(), dry ? null : form);
  });
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('button.pace');
    if (!button) return;
    try {
      const answer = await post('/pace', {pace: button.dataset.pace});
      if (answer.status === 401) return old();
      say((await answer.json()).text, answer.ok ? 'done' : 'refused');
    } catch (error) {
      say('The drill does not answer.', 'refused');
    }
    refresh();
  });
  // Of the whole program: whoever runs the drill is asked first.
  document.addEventListener('click', async (event) => {
    if (!event.target.closest('button.end-program')) return;
    if (!confirm('End the drill and the program? Nobody can go on from here.')) return;
    try {
      const answer = await post('/end', {});
      if (answer.status === 401) return old();
      if (answer.ok) return end();
      say((await answer.json()).text, 'refused');
    } catch (error) {
      say('The drill does not answer.', 'refused');
    }
  });
  document.addEventListener('change', (event) => {
    if (!event.target.classList.contains('templates')) return;
    const option = event.target.selectedOptions[0];
    const form = event.target.form;
    if (!option.dataset.text) return;
    form.elements.channel.value = option.dataset.channel;
    form.elements.status.value = option.dataset.status;
    form.elements.text.value = option.dataset.text;
  });

  // --- one line through all charts ---

  const LEFT = 58, RIGHT = 538, WIDTH = 560;  // of a chart's drawing, as the server draws it
  let cursor = null;
  let dragging = null;
  const facts = (box) => ({from: Number(box.dataset.from), to: Number(box.dataset.to), step: Number(box.dataset.step)});
  const clock = (t) => new Date(t).toISOString().slice(11, 19);
  const placeOf = (box, t) => {
    const {from, to} = facts(box);
    return LEFT + (RIGHT - LEFT) * Math.min(1, Math.max(0, (t - from) / (to - from)));
  };
  function timeAt(box, event) {
    const drawn = $('svg.chart', box).getBoundingClientRect();
    const x = (event.clientX - drawn.left) / drawn.width * WIDTH;
    const {from, to} = facts(box);
    return from + Math.min(1, Math.max(0, (x - LEFT) / (RIGHT - LEFT))) * (to - from);
  }
  function own(parent, name, make) {
    let found = [...parent.children].find((each) => each.dataset.own === name);
    if (!found) { found = make(); found.dataset.own = name; parent.append(found); }
    return found;
  }
  const shape = (name) => document.createElementNS('http://www.w3.org/2000/svg', name);
  function draw(box) {
    const svg = $('svg.chart', box);
    if (!svg) return;
    const height = svg.viewBox.baseVal.height;
    const line = own(svg, 'cursor', () => shape('line'));
    const area = own(svg, 'chosen', () => shape('rect'));
    const words = own(box, 'words', () => { const made = document.createElement('p'); made.className = 'readout'; return made; });
    line.setAttribute('class', cursor === null ? 'none' : 'cursor');
    area.setAttribute('class', dragging ? 'chosen' : 'none');
    words.hidden = cursor === null;
    if (cursor === null) return;
    const x = placeOf(box, cursor);
    for (const [name, value] of [['x1', x], ['x2', x], ['y1', 8], ['y2', height - 24]]) line.setAttribute(name, value);
    if (dragging) {
      const other = placeOf(box, dragging.from);
      for (const [name, value] of [['x', Math.min(x, other)], ['width', Math.abs(x - other)], ['y', 8], ['height', height - 32]]) area.setAttribute(name, value);
    }
    const {from, step} = facts(box);
    const row = all('.data tbody tr', box)[Math.floor((cursor - from) / step)];
    const names = all('.data thead th', box).slice(1).map((each) => each.textContent);
    const values = row ? all('td', row).map((cell, i) => `${names[i]} ${cell.textContent}`) : [];
    words.textContent = `${clock(cursor)}  ${values.join(' · ')}`;
  }
  function redraw() { all('.chart-box').forEach(draw); }
  function zoom(from, to) {
    const url = new URL(location.href);
    url.searchParams.delete('range');
    url.searchParams.set('from', new Date(from).toISOString());
    url.searchParams.set('to', new Date(to).toISOString());
    location.assign(url.pathname + url.search);
  }
  document.addEventListener('pointermove', (event) => {
    const svg = event.target.closest && event.target.closest('.chart-box svg.chart');
    if (svg) cursor = timeAt(svg.closest('.chart-box'), event);
    else if (!dragging && cursor !== null && event.pointerType === 'mouse' && !document.activeElement.closest('.chart-box')) cursor = null;
    else return;
    redraw();
  });
  document.addEventListener('pointerdown', (event) => {
    const svg = event.target.closest('.chart-box svg.chart');
    if (!svg || event.button !== 0 || event.pointerType === 'touch') return;
    cursor = timeAt(svg.closest('.chart-box'), event);
    dragging = {from: cursor, at: event.clientX};
    event.preventDefault();
    svg.closest('.scroll').focus({preventScroll: true});
  });
  document.addEventListener('pointerup', (event) => {
    if (!dragging) return;
    const {from, at} = dragging;
    dragging = null;
    if (Math.abs(event.clientX - at) > 8 && Math.abs(cursor - from) >= 120000) zoom(Math.min(from, cursor), Math.max(from, cursor));
    redraw();
    if (wanted) refresh();
  });
  document.addEventListener('keydown', (event) => {
    const box = event.target.closest && event.target.closest('.chart-box');
    if (!box || !$('svg.chart', box) || event.ctrlKey || event.metaKey || event.altKey) return;
    const {from, to, step} = facts(box);
    const half = (to - from) / 4;
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const by = event.key === 'ArrowLeft' ? -step : step;
      cursor = Math.min(to, Math.max(from, cursor === null ? to : cursor + by));
      redraw();
      const words = $('.readout', box);
      words.setAttribute('role', 'status');
    } else if (event.key === 'Escape') {
      cursor = null;
      redraw();
    } else if (event.key === '+' && half * 2 >= 120000) {
      const middle = cursor === null ? to - half : cursor;
      zoom(middle - half, middle + half);
    } else if (event.key === '-') {
      zoom(from - half * 2, to + half * 2);
    } else {
      return;
    }
    event.preventDefault();
  });

  // Where the map is wider than the screen, its middle is seen first.
  for (const box of all('.map-box')) box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;

  // --- names of metrics, labels and functions ---

  const FUNCTIONS = ['rate(', 'increase(', 'sum(', 'sum by (', 'max(', 'max by (', 'avg(', 'count(', 'topk(5, ',
    'histogram_quantile(0.95, ', 'absent(', 'max_over_time(', 'delta(', 'predict_linear('];
  let names = null;
  const box = $('[data-complete]');
  const list = box && $('#' + box.dataset.complete);
  function offers() {
    const before = box.value.slice(0, box.selectionStart);
    const word = /[a-zA-Z_:][\w:]*$/.exec(before);
    if (!word || !names) return [];
    const open = before.lastIndexOf('{') > before.lastIndexOf('}') || /by\s*\([^)]*$/.test(before);
    const from = open ? names.labels : [...names.metrics, ...FUNCTIONS];
    const first = from.filter((each) => each.startsWith(word[0]) && each !== word[0]);
    const second = from.filter((each) => !each.startsWith(word[0]) && each.includes(word[0]));
    return [...first, ...second].slice(0, 12).map((text) => ({text, from: word.index}));
  }
  function offer() {
    const found = offers();
    list.replaceChildren(...found.map(({text, from}, i) => {
      const item = document.createElement('li');
      item.id = 'name-' + i;
      item.role = 'option';
      item.textContent = text;
      item.dataset.from = from;
      item.setAttribute('aria-selected', 'false');
      item.addEventListener('pointerdown', (event) => { event.preventDefault(); take(item); });
      return item;
    }));
    list.hidden = found.length === 0;
    box.setAttribute('aria-expanded', String(found.length > 0));
    box.removeAttribute('aria-activedescendant');
  }
  function choose(by) {
    const items = [...list.children];
    const now = items.findIndex((each) => each.getAttribute('aria-selected') === 'true');
    const next = items[(now + by + items.length + (now < 0 && by < 0 ? 1 : 0)) % items.length];
    items.forEach((each) => each.setAttribute('aria-selected', String(each === next)));
    box.setAttribute('aria-activedescendant', next.id);
    next.scrollIntoView({block: 'nearest'});
  }
  function take(item) {
    box.setRangeText(item.textContent, Number(item.dataset.from), box.selectionStart, 'end');
    list.hidden = true;
    box.setAttribute('aria-expanded', 'false');
  }
  if (box) {
    fetch('/names').then((answer) => answer.json()).then((value) => { names = value; }).catch(() => {});
    box.addEventListener('input', offer);
    box.addEventListener('blur', () => { list.hidden = true; box.setAttribute('aria-expanded', 'false'); });
    box.addEventListener('keydown', (event) => {
      const chosen = $('[aria-selected="true"]', list);
      if (list.hidden) return;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { event.preventDefault(); choose(event.key === 'ArrowDown' ? 1 : -1); }
      else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) { event.preventDefault(); take(chosen); }
      else if (event.key === 'Escape') { list.hidden = true; }
    });
  }

  if (pending.get()) ask();
  listen();
})();
