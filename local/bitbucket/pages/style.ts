/** The style sheet of all pages: light and dark, from 320 px. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f7f8f9, #161a1d);
  --surface: light-dark(#ffffff, #1f2428);
  --text: light-dark(#172b4d, #dee4ea);
  --subtle: light-dark(#505f79, #9fadbc);
  --line: light-dark(#dcdfe4, #38414a);
  --link: light-dark(#0052cc, #85b8ff);
  --button: light-dark(#0052cc, #579dff);
  --on-button: light-dark(#ffffff, #161a1d);
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); overflow-wrap: anywhere; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
p { margin: 0; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--surface); padding: 0.25rem 0.5rem; z-index: 1; }
.width { max-width: 60rem; margin: 0 auto; padding: 0 1rem; }
.top { background: var(--surface); border-bottom: 1px solid var(--line); }
.top .width { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: center; padding-block: 0.75rem; }
.brand { display: inline-flex; align-items: center; gap: 0.5rem; font-weight: 600; color: var(--text); }
.brand svg { flex: none; }
.note { color: var(--subtle); font-size: 0.8125rem; }
.trail { color: var(--subtle); margin-top: 1.5rem; font-size: 0.875rem; }
.trail ol { display: flex; flex-wrap: wrap; list-style: none; margin: 0; padding: 0; }
.trail li:not(:last-child)::after { content: "/"; margin: 0 0.5rem; color: var(--subtle); }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.375rem 0 0; font-weight: 600; }
h1 .number { color: var(--subtle); font-weight: 400; }
h2 { font-size: 1rem; line-height: 1.5; margin: 0; font-weight: 600; }
.lead { margin-top: 0.5rem; color: var(--subtle); display: flex; flex-wrap: wrap; gap: 0.375rem 0.5rem; align-items: center; }
.tabs { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin-top: 1rem; border-bottom: 1px solid var(--line); }
.tabs a { padding: 0.5rem 0; color: var(--subtle); border-bottom: 2px solid transparent; margin-bottom: -1px; }
.tabs a[aria-current] { color: var(--link); border-color: var(--link); font-weight: 600; }
.tabs .count { background: var(--page); border: 1px solid var(--line); border-radius: 1rem; padding: 0 0.4rem; font-size: 0.75rem; font-weight: 400; }
section { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; margin-top: 1rem; }
section > header { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; justify-content: space-between; align-items: baseline; padding: 0.75rem 1rem; }
section > header + * { border-top: 1px solid var(--line); }
.body { padding: 0.75rem 1rem; }
.text { white-space: pre-wrap; }
.empty { color: var(--subtle); }
.rows { list-style: none; margin: 0; padding: 0; }
.rows > li { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; justify-content: space-between; align-items: center; padding: 0.625rem 1rem; }
.rows > li + li { border-top: 1px solid var(--line); }
.main { flex: 1 1 16rem; min-width: 0; }
.main > :first-child { font-weight: 500; }
.side { display: flex; flex-wrap: wrap; gap: 0.375rem 0.75rem; align-items: center; color: var(--subtle); font-size: 0.8125rem; }
.small { color: var(--subtle); font-size: 0.8125rem; }
code, .hash, pre { font-family: var(--mono); font-size: 0.8125rem; }
.ref { font-family: var(--mono); font-size: 0.8125rem; background: light-dark(#e9f2ff, #1c2b41); color: light-dark(#0052cc, #85b8ff); padding: 0.0625rem 0.375rem; border-radius: 4px; }
pre { margin: 0; background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 0.625rem 0.75rem; white-space: pre-wrap; }
.state { display: inline-block; flex: none; font-size: 0.6875rem; line-height: 1.25rem; font-weight: 700; letter-spacing: 0.02em; text-transform: uppercase; padding: 0 0.375rem; border-radius: 4px; white-space: nowrap; background: light-dark(#e6e8eb, #2c333a); color: light-dark(#44546f, #b6c2cf); }
.good { background: light-dark(#dcfff1, #1c3329); color: light-dark(#216e4e, #7ee2b8); }
.bad { background: light-dark(#ffeceb, #42221f); color: light-dark(#ae2e24, #fd9891); }
.busy { background: light-dark(#e9f2ff, #1c2b41); color: light-dark(#0055cc, #85b8ff); }
.merged { background: light-dark(#f3f0ff, #2b273f); color: light-dark(#5e4db2, #b8acf6); }
.actions { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; }
.actions form { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; }
button { font: inherit; font-weight: 500; min-height: 2.25rem; padding: 0.25rem 0.875rem; border-radius: 6px; border: 1px solid var(--line); background: var(--surface); color: var(--text); cursor: pointer; }
button:hover { border-color: var(--subtle); }
button.first { background: var(--button); border-color: var(--button); color: var(--on-button); }
button.first:hover { filter: brightness(1.08); }
label { display: inline-flex; gap: 0.375rem; align-items: center; min-height: 1.5rem; }
input[type="checkbox"] { width: 1rem; height: 1rem; accent-color: var(--button); }
.alert { border-color: light-dark(#ae2e24, #fd9891); }
.alert h2 { color: light-dark(#ae2e24, #fd9891); }
.filters { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin-top: 1rem; text-transform: capitalize; }
.filters a[aria-current] { color: var(--text); font-weight: 600; }
.pager { display: flex; justify-content: space-between; gap: 1rem; margin-top: 1rem; }
footer { color: var(--subtle); font-size: 0.8125rem; margin: 2rem auto; }
@media (prefers-contrast: more) { :root { --subtle: var(--text); --line: var(--text); } }
`;
