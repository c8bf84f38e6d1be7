const LIGHT = `--page:#fbfbfa;--card:#fff;--line:#e3e6ea;--text:#1b1f24;--muted:#5c6670;--good:#14713d;--bad:#b3261e;--warn:#8a5a00;
--amber:#ffd76a;--amber-text:#3b2a00;--hatch:#f1f2f4;--s0:#5b6775;--s1:#c4500a;--s2:#0b6fb8;--s3:#7443b8;--s4:#0d7468;--s5:#a83279`;

const DARK = `--page:#0e1116;--card:#151a21;--line:#29313b;--text:#e6eaf0;--muted:#98a3b0;--good:#5fd08c;--bad:#ff8379;--warn:#f2bf5e;
--amber:#e0a92e;--amber-text:#1d1400;--hatch:#1e252e;--s0:#a7b3c2;--s1:#ff9350;--s2:#58b4ff;--s3:#bd9cf5;--s4:#4fc9b6;--s5:#f08cc4`;

const PAGE = `*{box-sizing:border-box}
html{color-scheme:light dark}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 Inter,system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1180px;margin:0 auto;padding:14px}
h1{font-size:24px;line-height:1.2;margin:0}
h2{font-size:17px;margin:0 0 4px}
h3{font-size:15px;margin:14px 0 6px}
p{margin:0 0 8px}
section{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px;margin:0 0 14px}
.note,.limits,.metric,.meta,.count{color:var(--muted);font-size:13.5px}
.metric{font-weight:400;margin-left:6px}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
[hidden]:not(.view){display:none!important}
.view[hidden]{display:none}
.banner{margin:0;padding:8px 14px;background:var(--amber);color:var(--amber-text);font-weight:600;text-align:center}
header{margin:6px 0 14px}
.title{display:flex;gap:10px;align-items:center;flex-wrap:wrap;margin-bottom:4px}
.title button{margin-left:auto}
.badge{border:1px solid var(--text);border-radius:4px;padding:1px 8px;font-weight:600;font-size:13.5px}
.pills{display:flex;flex-wrap:wrap;gap:6px;list-style:none;margin:0;padding:0}
.pills li{border:1px solid var(--line);border-radius:99px;padding:1px 10px;font-size:13.5px;background:var(--card)}
.warning{color:var(--warn);font-weight:600}
.scope{margin-bottom:4px}
.findings{list-style:none;margin:0;padding:0}
.findings li{display:flex;gap:8px;padding:4px 0;border-top:1px solid var(--line)}
.findings li:first-child{border-top:0}
.findings summary{color:var(--text);font-size:15px}
.findings details{margin:0;flex:1}
.sign{width:1.2em;flex:none;text-align:center;font-weight:700}
.bad strong,.bad .sign,.change.bad,span.bad,td.bad strong{color:var(--bad)}
.good strong,.good .sign,.change.good,span.good{color:var(--good)}
span.warn{color:var(--warn)}
.same strong,.open strong,.same .sign,.open .sign,span.open{color:var(--muted)}
button,input{font:inherit;font-size:13.5px;color:var(--text);background:var(--card);border:1px solid var(--line);border-radius:6px;padding:3px 10px;min-height:28px}
button{cursor:pointer}
button[aria-pressed=true]{border-color:var(--text);font-weight:600}
button[aria-pressed=false]{color:var(--muted)}
:focus-visible{outline:2px solid var(--s2);outline-offset:2px}
.controls{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:8px 18px;padding:8px 0;background:var(--page)}
.controls>div{display:flex;flex-wrap:wrap;gap:6px}
.key{vertical-align:-2px}
.inputs,.downloads{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center;margin:8px 0}
.inputs input{width:92px}`;

const TABLES = `.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:13.5px;width:100%}
th,td{text-align:left;vertical-align:top;padding:4px 10px 4px 0;border-top:1px solid var(--line);font-weight:400}
thead th{border-top:0;color:var(--muted)}
.num{text-align:right;white-space:nowrap}
table.matrix{table-layout:fixed;font-size:15px}
.c3{min-width:660px}.c4{min-width:850px}.c5{min-width:1040px}.c6{min-width:1230px}
.matrix th:first-child{width:88px;overflow-wrap:normal}
.matrix tbody th{font-weight:600}
.matrix thead th{color:var(--text);font-weight:600;line-height:1.3}
.matrix p{margin:0;line-height:1.35}
.matrix td,.matrix th{padding:8px;overflow-wrap:break-word}
.matrix thead svg{font-weight:400}
.matrix .p50 b{font-size:20px}
.matrix .p90 b,.matrix .p99 b{font-weight:500}
.matrix .p90,.matrix .p99{font-size:13.5px}
.matrix small{display:inline-block;width:2.3em;color:var(--muted);font-size:12px}
.matrix i{color:var(--muted);font-style:normal;font-size:13.5px;white-space:nowrap}
.change{font-size:13.5px;font-weight:600}
.change.same,.change.open,td.none{color:var(--muted);font-weight:400}
td.blocked{background:repeating-linear-gradient(135deg,var(--hatch) 0 6px,transparent 6px 12px);font-size:13.5px}
details{margin:6px 0}
.data td,.data th{text-align:right;white-space:nowrap}
.data th:first-child{text-align:left}
summary{cursor:pointer;color:var(--muted);font-size:13.5px}
pre{overflow-x:auto;background:var(--page);border:1px solid var(--line);border-radius:6px;padding:8px;font-size:13px}
#method li{font-size:13.5px}`;

const CHARTS = `.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,340px),1fr));gap:14px}
.panels.wide{grid-template-columns:repeat(auto-fill,minmax(min(100%,470px),1fr))}
#course .panels{grid-template-columns:repeat(auto-fill,minmax(min(100%,440px),1fr))}
figure{margin:0;min-width:0}
figcaption{font-weight:600;font-size:13.5px;margin-bottom:4px}
.plot{position:relative;max-width:600px}
#curves .plot{max-width:500px}
svg{display:inline-block;max-width:100%}
.glyph,.span,.axis{max-width:none}
.glyph{width:150px;height:22px}
.span{width:220px;height:18px}
.plot svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font-size:12px;fill:var(--text)}
.axis text,.unit{font-size:11px;fill:var(--muted);text-anchor:middle}
.left text,.bar-name,.unit.end{text-anchor:end}
.unit{text-anchor:start}
.axis path,.grid{stroke:var(--line);fill:none}
.shapes{position:absolute}
.s0{color:var(--s0)}.s1{color:var(--s1)}.s2{color:var(--s2)}.s3{color:var(--s3)}.s4{color:var(--s4)}.s5{color:var(--s5)}
use{fill:currentColor}
.dots{stroke:currentColor;stroke-width:4.4;stroke-linecap:round}
.line,.whisker,.reach,.tail,.lead{stroke:currentColor;fill:none;stroke-width:1.75}
.whisker,.reach{stroke-width:1.25}
.lead{stroke-width:.75}
.tail{stroke-width:2}
.s1 .line{stroke-dasharray:none;stroke-width:2.25}
.s2 .line{stroke-dasharray:6 3}.s3 .line{stroke-dasharray:2 3}.s4 .line{stroke-dasharray:9 3 2 3}.s5 .line{stroke-dasharray:4 2}
.band{fill:currentColor;opacity:.22}
.direct{font-weight:600}
.s0 .direct{fill:var(--s0)}.s1 .direct{fill:var(--s1)}.s2 .direct{fill:var(--s2)}.s3 .direct{fill:var(--s3)}.s4 .direct{fill:var(--s4)}.s5 .direct{fill:var(--s5)}
.dominated use{fill:var(--card);stroke:currentColor;stroke-width:1.75}
.span path{stroke:var(--text);stroke-width:3;opacity:.35}
.span path:first-child{stroke:var(--muted);stroke-width:1;opacity:1}
.span path:last-child{stroke-width:7;stroke-linecap:round;opacity:1}
.total{font-weight:600}
.legend{display:flex;flex-wrap:wrap;gap:4px 14px;list-style:none;margin:6px 0 10px;padding:0;font-size:13.5px}
.p-outside{fill:#8591a3}.p-runtime{fill:#4a5bd0}.p-code{fill:#aab3f4}.p-dns{fill:#177166}.p-connect{fill:#e9b44c}
.p-tls{fill:#d4704f}.p-auth{fill:#7f9c3b}.p-query{fill:#8d4e77}.p-body{fill:#c9a0bb}.p-handler{fill:#b9bfc8}
.p-none{fill:var(--hatch);stroke:var(--muted);stroke-dasharray:3 2}
.on,.lit{text-anchor:middle}
svg .on{fill:#000}
svg .lit{fill:#fff}
svg .plain{text-anchor:middle}
.hair{stroke:var(--text);stroke-width:1;stroke-dasharray:2 2}
.spot{fill:none;stroke:var(--text);stroke-width:1.5}
.tip{position:absolute;top:4px;pointer-events:none;background:var(--card);border:1px solid var(--line);border-radius:6px;box-shadow:0 2px 8px #0003;padding:4px 8px;font-size:12px;white-space:nowrap;z-index:1}
.tip b{display:block}`;

const PAPER = `@media (max-width:560px){main{padding:8px}section{padding:10px}.panels,.panels.wide,#course .panels{grid-template-columns:minmax(0,1fr)}}
@media print{body{font-size:11pt}.controls,.inputs,.downloads,button,.tip{display:none!important}.view[hidden]{display:block}section,figure{break-inside:avoid}section{border:0;padding:0}.findings details::details-content{content-visibility:visible}.scroll{overflow:visible}}`;

/** The page's only style sheet: light and dark by the reader's system or the toggle, one column, paper in light. */
export const STYLE = `:root{${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${DARK}}}
@media screen{:root[data-theme=dark]{${DARK};color-scheme:dark}:root[data-theme=light]{color-scheme:light}}
${PAGE}
${TABLES}
${CHARTS}
${PAPER}`;
