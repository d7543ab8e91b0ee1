/** The style sheet of the pages. It loads nothing, and has colours for light and dark screens. */
export const style = `
:root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--line:#dfe3e9;--text:#16191f;--soft:#4f5868;--link:#0b57b8;--button:#0b57b8;--button-text:#fff;
--ready:#0b6535;--ready-back:#e2f5e9;--moving:#0b4fa8;--moving-back:#e4eefc;--waiting:#754600;--waiting-back:#fdf0d5;--failed:#a1121e;--failed-back:#fde8e9;--idle:#495061;--idle-back:#eceef2}
@media (prefers-color-scheme:dark){:root{--page:#0f1216;--card:#171b21;--line:#2c323b;--text:#e8ebf0;--soft:#a9b2c0;--link:#8bbcff;--button:#2f6fd0;--button-text:#fff;
--ready:#7fe0a8;--ready-back:#12301f;--moving:#9cc6ff;--moving-back:#152740;--waiting:#f2c56f;--waiting-back:#33270d;--failed:#ffa3a3;--failed-back:#3b181b;--idle:#b7bfcc;--idle-back:#242932}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:46rem;margin:0 auto;padding:2rem 1rem 3rem}
main.wide{max-width:64rem}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
h1{font-size:1.75rem;line-height:1.25;margin:.15rem 0 .25rem}
h2{font-size:1.05rem;line-height:1.3;margin:0 0 .5rem}
p{margin:.5rem 0}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.soft{color:var(--soft)}
.small{font-size:.875rem}
header{margin-bottom:1.25rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.25rem;margin:0 0 1rem}
.badge{display:inline-block;border-radius:999px;padding:.1rem .7rem;font-size:.875rem;font-weight:600;white-space:nowrap;color:var(--idle);background:var(--idle-back)}
.badge::before{content:"";display:inline-block;width:.5em;height:.5em;border-radius:50%;background:currentColor;margin-right:.5em;vertical-align:.1em}
.ready{color:var(--ready);background:var(--ready-back)}
.moving{color:var(--moving);background:var(--moving-back)}
.waiting{color:var(--waiting);background:var(--waiting-back)}
.failed{color:var(--failed);background:var(--failed-back)}
.reason{border-left:4px solid var(--line);margin:.75rem 0;padding:.1rem 0 .1rem .75rem;white-space:pre-wrap}
.button{display:inline-block;background:var(--button);color:var(--button-text);font-weight:600;text-decoration:none;border-radius:8px;padding:.6rem 1.1rem;margin:.25rem 0}
.button:hover{text-decoration:underline}
dl{display:grid;grid-template-columns:8.5rem minmax(0,1fr);gap:.35rem 1rem;margin:0}
dt{color:var(--soft)}
dd{margin:0;min-width:0}
.lines{white-space:pre-wrap}
.card>:first-child{margin-top:0}
.card>:last-child{margin-bottom:0}
ul{list-style:none;margin:0;padding:0}
.counts{display:flex;flex-wrap:wrap;gap:.4rem;margin:.75rem 0 0}
.rows{background:var(--card);border:1px solid var(--line);border-radius:12px;margin-bottom:1.5rem}
.rows>li{display:grid;grid-template-columns:minmax(0,1fr) 9rem 9rem 5rem;gap:.25rem 1rem;align-items:center;padding:.75rem 1.25rem;border-top:1px solid var(--line)}
.rows>li:first-child{border-top:0}
.rows .open{text-align:right}
.rows a{display:inline-block;min-height:1.5rem}
@media (max-width:40rem){main{padding-top:1.25rem}h1{font-size:1.4rem}.card{padding:1rem}dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin-bottom:.5rem}
.rows>li{grid-template-columns:1fr auto;padding:.75rem 1rem}.rows .name{grid-column:1/-1}.rows .open{grid-column:1/-1;text-align:left}}
@media print{body{background:none}}
`;
