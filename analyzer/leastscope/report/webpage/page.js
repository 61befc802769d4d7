'use strict';
(() => {
  const query = document.getElementById('query');
  const state = document.getElementById('state');
  const level = document.getElementById('level');
  const shown = document.getElementById('shown');
  const items = [...document.querySelectorAll('.item')].map((element) => ({
    element,
    words: element.dataset.search.toLowerCase(),
    states: element.dataset.states?.split(' '),
    level: element.dataset.level,
  }));

  function filter() {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const item of items) {
      const fits = words.every((word) => item.words.includes(word))
        && (!state.value || !item.states || item.states.includes(state.value))
        && (!level.value || !item.level || item.level === level.value);
      item.element.hidden = !fits;
      count += fits;
    }
    shown.textContent = count === items.length ? '' : `${count} of ${items.length} shown`;
  }

  // Opens what a cell of the matrix leads to, even where the search hides it.
  function reveal() {
    const target = /^#use-[0-9]+-[0-9]+$/.test(location.hash) && document.querySelector(location.hash);
    const details = target && target.closest('details');
    if (!details) return;
    details.hidden = false;
    for (let outer = details; outer; outer = outer.parentElement.closest('details')) outer.open = true;
    details.scrollIntoView({ block: 'center' });
    details.querySelector('summary').focus({ preventScroll: true });
  }

  const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  // Moves from a cell of the matrix to the next one in a direction that has a link.
  function move(link, [down, right]) {
    const cell = link.closest('td');
    const rows = [...cell.closest('tbody').rows].filter((row) => !row.hidden);
    let row = rows.indexOf(cell.parentElement);
    let column = cell.cellIndex;
    for (;;) {
      row += down;
      column += right;
      const next = rows[row]?.cells[column];
      if (!next) return;
      const found = next.querySelector('a.state');
      if (found) {
        found.focus();
        return;
      }
    }
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const writes = event.target.matches('input, select');
    if (event.key === '/' && !writes) {
      event.preventDefault();
      query.focus();
    } else if (event.key === 'Escape') {
      query.value = state.value = level.value = '';
      filter();
    } else if (MOVES[event.key] && event.target.matches('a.state')) {
      event.preventDefault();
      move(event.target, MOVES[event.key]);
    }
  });

  let closed = [];
  addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll('details:not([open])')];
    for (const one of closed) one.open = true;
  });
  addEventListener('afterprint', () => {
    for (const one of closed) one.open = false;
  });

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a.state');
    // The address stays the same when a cell is opened again, so that nothing else would tell.
    if (link && link.hash === location.hash) reveal();
  });
  for (const control of [query, state, level]) control.addEventListener('input', filter);
  addEventListener('hashchange', reveal);
  document.getElementById('controls').hidden = false;
  filter();
  reveal();
})();
