#include "reports/html/sections.h"

namespace firedrill::reports::html {

std::string_view style() {
  return R"(:root {
  --page: #f4f5f7; --card: #ffffff; --ink: #14181f; --quiet: #525b69; --line: #dce0e6; --soft: #eef0f3; --link: #1d4ed8;
  --good: #166534; --good-soft: #dcfce7; --bad: #991b1b; --bad-soft: #fee2e2; --warn: #854d0e; --warn-soft: #fef3c7;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 0 20px 40px; }
h1 { margin: 0; font-size: 30px; line-height: 1.2; letter-spacing: -0.02em; overflow-wrap: anywhere; }
h2 { margin: 0 0 4px; font-size: 19px; letter-spacing: -0.01em; }
h3 { margin: 22px 0 6px; font-size: 15px; }
p { margin: 6px 0; max-width: 82ch; overflow-wrap: anywhere; }
a { color: var(--link); }
code, pre { font: 12.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
code { background: var(--soft); padding: 1px 5px; border-radius: 4px; }
pre { background: var(--soft); padding: 12px 14px; border-radius: 8px; overflow-x: auto; }
pre code { padding: 0; background: none; }
.hash { color: var(--quiet); }
.quiet, .lead, .kind, footer { color: var(--quiet); }
.quiet, .kind { font-size: 13px; }
.why { color: var(--quiet); }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 12px; top: 8px; background: var(--card); padding: 6px 10px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
footer { text-align: center; padding: 0 0 30px; font-size: 13px; }

.drill { max-width: none; margin: 0 0 20px; padding: 9px max(20px, calc(50vw - 570px)); font-size: 14px; color: #422006; background: repeating-linear-gradient(135deg, #fde68a 0 14px, #fcd34d 14px 28px); }
.drill strong { letter-spacing: 0.12em; margin-right: 8px; }
header.verdict { background: var(--card); border: 1px solid var(--line); border-left: 8px solid; border-radius: 12px; padding: 22px 26px 16px; }
header.good { border-left-color: #16a34a; } header.bad { border-left-color: #dc2626; } header.warn { border-left-color: #d97706; } header.plain { border-left-color: #64748b; }
.crumb { margin: 0 0 2px; font-size: 12px; letter-spacing: 0.1em; text-transform: uppercase; color: var(--quiet); }
.result { font-size: 17px; margin: 12px 0 8px; display: flex; gap: 10px; align-items: center; flex-wrap: wrap; }
.result .badge { font-size: 16px; padding: 4px 13px; }
.headline { font-size: 16px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 18px 0 14px; }
.tile { background: var(--soft); border-radius: 10px; padding: 11px 14px 12px; overflow-wrap: anywhere; }
.tile dt { font-size: 12.5px; color: var(--quiet); }
.tile dd { margin: 0; }
.tile .value { display: block; font-size: 23px; font-weight: 650; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.tile .quiet { font-size: 12.5px; display: block; }
.unmet { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 16px 26px 12px; margin-top: 14px; }
.unmet ul { list-style: none; padding: 0; margin: 8px 0 0; }
.unmet li { padding: 10px 0; border-top: 1px solid var(--line); }
.unmet li p { max-width: 110ch; margin: 3px 0 0; }

nav { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 18px 4px 6px; font-size: 14px; }
nav a { text-decoration: none; padding: 3px 0; }
nav a:hover { text-decoration: underline; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 26px 20px; margin-top: 16px; }
.badge { display: inline-block; white-space: nowrap; border-radius: 999px; padding: 1px 9px; font-size: 13px; font-weight: 600; background: var(--soft); color: var(--quiet); }
.badge.good { background: var(--good-soft); color: var(--good); } .badge.bad { background: var(--bad-soft); color: var(--bad); } .badge.warn { background: var(--warn-soft); color: var(--warn); }
.level { display: inline-block; min-width: 34px; text-align: center; border-radius: 6px; padding: 1px 7px; font-weight: 700; font-size: 13px; color: #fff; background: #4b5563; }
.level.P0 { background: #991b1b; } .level.P1 { background: #c2410c; } .level.P2 { background: #a16207; }

.scroll { overflow-x: auto; }
.swipe { font-size: 12.5px; color: var(--quiet); margin: 8px 0 2px; }
.incidents td:nth-child(2) { min-width: 170px; } .times td:nth-child(2), .times td:nth-child(4) { white-space: nowrap; }
dl.payload { margin: 4px 0 12px 18px; } dl.payload dt { font-weight: 600; font-size: 12.5px; color: var(--quiet); } dl.payload dd { margin: 0 0 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
dl.quiet dt { font-weight: 600; } dl.quiet dd { margin: 0 0 6px; }
table { border-collapse: collapse; width: 100%; margin: 10px 0 4px; font-size: 14px; font-variant-numeric: tabular-nums; }
th { text-align: left; font-size: 12.5px; font-weight: 600; color: var(--quiet); white-space: nowrap; }
th, td { padding: 7px 14px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child td, tbody tr:last-child th { border-bottom: 0; }
.first-narrow td:first-child { width: 1%; white-space: nowrap; }
.wide-text td { min-width: 160px; overflow-wrap: anywhere; } .wide-text td:first-child { min-width: 0; }
.log td:not(:last-child) { white-space: nowrap; width: 1%; } .log td:last-child { min-width: 240px; }
details summary { cursor: pointer; padding: 4px 0; color: var(--link); font-size: 14px; }
.data .scroll { max-height: 420px; overflow-y: auto; }
.data thead th { position: sticky; top: 0; background: var(--card); }

svg { display: block; }
svg text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.lanes, .strip { width: 100%; min-width: 820px; height: auto; margin-top: 10px; }
.chart { width: 100%; height: auto; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 22px 30px; margin-top: 10px; }
figure { margin: 0; min-width: 0; }
figcaption { font-weight: 600; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 2px 0 4px; padding: 0; font-size: 13px; min-height: 22px; }
.note { margin: 0; }
.legend svg { display: inline-block; vertical-align: middle; }

@media screen and (max-width: 900px) { .of-lanes > .swipe[hidden] { display: block; } }
@media screen and (max-width: 640px) { .of-table > .swipe[hidden] { display: block; } .of-table table { min-width: 720px; } }
@media screen and (max-width: 600px) { .of-chart > .swipe[hidden] { display: block; } .chart { min-width: 560px; } }
@media (max-width: 640px) {
  main { padding: 0 12px 30px; } .drill { padding: 8px 12px; margin-bottom: 12px; }
  section, header.verdict, .unmet { padding: 16px 15px; border-radius: 10px; }
  h1 { font-size: 24px; } .tiles { grid-template-columns: repeat(2, 1fr); }
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1116; --card: #161b22; --ink: #e6eaf0; --quiet: #9aa5b4; --line: #2a313c; --soft: #1f262f; --link: #8ab4ff;
    --good: #86efac; --good-soft: #12351f; --bad: #fca5a5; --bad-soft: #481717; --warn: #fcd34d; --warn-soft: #402c08;
  }
  .drill { color: #fde68a; background: repeating-linear-gradient(135deg, #3a2c06 0 14px, #463507 14px 28px); }
  .level { background: #64748b; } .level.P0 { background: #dc2626; } .level.P1 { background: #c2410c; } .level.P2 { background: #a16207; }
  .grid, .rule { stroke: #2a313c; } .tick { fill: #9aa5b4; } .lane { fill: #e6eaf0; } .strip-line { stroke: #64748b; }
  .s0 { stroke: #7aa2ff; } .s1 { stroke: #ff9e64; } .s2 { stroke: #c4a7ff; } .s3 { stroke: #4fd6be; } .s4 { stroke: #e0af68; } .s5 { stroke: #ff8fc7; }
  .area { fill: #7aa2ff; stroke: none; }
  .band { fill: #f87171; fill-opacity: 0.14; } .band-edge { stroke: #f87171; } .band-text, .level-text { fill: #fca5a5; } .level-text, .band-text { stroke: none; }
  line.level { stroke: #f87171; } .columns { fill: #f87171; }
  .b-fault { fill: #dc2626; } .b-firing { fill: #d97706; } .b-firing-text { fill: #1c1204; } .b-p0 { fill: #dc2626; } .b-p3 { fill: #64748b; } .b-background { fill: #374151; } .b-background-text { fill: #cbd5e1; }
  .b-ready { fill: #14532d; } .b-ready-text { fill: #bbf7d0; } .b-backoff { fill: #7f1d1d; } .b-backoff-text { fill: #fecaca; } .b-down { fill: #dc2626; } .b-unready { fill: #854d0e; } .b-unready-text { fill: #fef9c3; }
  .strip-ground { fill: #1f262f; } .b-waiting { fill: #eab308; } .tint-firing { fill: #f59e0b; } .tint-pending { fill: #facc15; }
  .hatch-ground { fill: #54390a; } .hatch-line { fill: #b7791f; } .b-pending-text { fill: #fef3c7; }
  .m-good { fill: #4ade80; } .m-bad { fill: #f87171; } .m-neutral { fill: #cbd5e1; }
}
@media print {
  body { background: #fff; color: #000; font-size: 11px; } main { max-width: none; padding: 0; } nav, .skip { display: none; }
  section, header.verdict, .unmet { border: 0; border-top: 1px solid #999; border-radius: 0; padding: 10px 0; break-inside: auto; }
  header.verdict { border-left: 8px solid; padding-left: 14px; } figure, .tile, tr { break-inside: avoid; }
  .scroll { overflow: visible; } .data { display: none; } .lanes, .strip, .chart { min-width: 0; }
  .charts { grid-template-columns: 1fr 1fr; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)";
}

}  // namespace firedrill::reports::html
