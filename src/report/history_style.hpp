#pragma once

#include <string_view>

// The parts of the history page that are the same for every history.

namespace larder::report {

inline constexpr std::string_view history_style = R"css(
:root {
  color-scheme: light dark;
  --page: #fbfaf8; --card: #ffffff; --ink: #1d1b18; --soft: #6b665e; --line: #e6e2da; --grid: #eeebe4;
  --toolchain: #7c3aed; --config: #a16207; --profile: #ea580c; --new: #15803d; --bump: #2563eb;
  --removed: #64748b; --features: #c026d3; --request: #0e7490; --other: #57534e; --error: #dc2626;
  --quiet: #c9c3b8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #16151a; --card: #1f1e24; --ink: #eceaf0; --soft: #9d98a8; --line: #34323b; --grid: #2a2830;
    --toolchain: #a78bfa; --config: #d4a72c; --profile: #fb923c; --new: #4ade80; --bump: #60a5fa;
    --removed: #94a3b8; --features: #e879f9; --request: #22d3ee; --other: #a8a29e; --error: #f87171;
    --quiet: #4a4753;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.02em; }
h2 { font-size: 17px; margin: 36px 0 10px; }
p { margin: 0 0 8px; overflow-wrap: anywhere; }
code, .id { font: 13px/1.4 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.soft { color: var(--soft); }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 24px 0; }
.tile, figure, .commit { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.tile { padding: 14px 16px; }
.tile b { display: block; font-size: 26px; line-height: 1.2; letter-spacing: -0.02em; }
figure { margin: 0; padding: 18px 18px 14px; }
figcaption { color: var(--soft); font-size: 13px; margin-bottom: 12px; }
.plot { position: relative; padding-left: 44px; }
.plot svg { display: block; width: 100%; height: 230px; overflow: visible; }
.scale { position: absolute; left: 0; width: 36px; text-align: right; font-size: 12px; color: var(--soft); transform: translateY(-50%); }
.dates { display: flex; justify-content: space-between; padding-left: 44px; font-size: 12px; color: var(--soft); margin-top: 6px; }
.legend { display: flex; flex-wrap: wrap; gap: 6px 16px; margin-top: 14px; font-size: 13px; }
.legend > span::before { content: ""; display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 6px; background: var(--hue); }
svg line { stroke: var(--grid); stroke-width: 1; vector-effect: non-scaling-stroke; }
svg .base { stroke: var(--line); }
svg rect { fill: var(--hue); }
svg a:hover rect, svg a:focus rect, svg a.on rect { opacity: 0.6; }
.toolchain { --hue: var(--toolchain); } .config { --hue: var(--config); } .profile { --hue: var(--profile); }
.new { --hue: var(--new); } .bump { --hue: var(--bump); } .removed { --hue: var(--removed); }
.features { --hue: var(--features); } .request { --hue: var(--request); } .other { --hue: var(--other); }
.error { --hue: var(--error); } .quiet { --hue: var(--quiet); }
#tip {
  position: fixed; z-index: 2; display: none; max-width: min(420px, calc(100vw - 24px)); padding: 10px 12px;
  border-radius: 10px; background: var(--ink); color: var(--page); font-size: 13px; white-space: pre-line;
  pointer-events: none; box-shadow: 0 6px 24px rgb(0 0 0 / 0.25); overflow-wrap: anywhere;
}
.commit { padding: 12px 16px; margin-bottom: 10px; border-left: 4px solid var(--hue); scroll-margin-top: 16px; }
.commit:target { outline: 2px solid var(--hue); outline-offset: 2px; }
.head { display: flex; gap: 4px 14px; align-items: baseline; flex-wrap: wrap; }
.head strong { flex: 1 1 300px; overflow-wrap: anywhere; }
.meter { display: inline-block; width: 90px; height: 8px; border-radius: 4px; background: var(--grid); overflow: hidden; vertical-align: middle; margin-right: 8px; }
.meter i { display: block; height: 100%; background: var(--hue); }
.commit ul { margin: 8px 0 0; padding: 0; list-style: none; font-size: 14px; }
.commit li { margin-top: 4px; overflow-wrap: anywhere; }
.commit li code { background: var(--grid); border-radius: 4px; padding: 1px 4px; }
.commit li code.soft { background: none; padding: 0 0 0 6px; }
.kind { color: var(--hue); font-weight: 600; margin-right: 6px; }
footer { margin-top: 36px; color: var(--soft); font-size: 13px; }
@media (max-width: 640px) {
  main { padding: 24px 14px 48px; }
  h1 { font-size: 23px; }
  .tiles { grid-template-columns: repeat(2, 1fr); gap: 10px; }
  .tile b { font-size: 21px; }
  figure { padding: 14px 12px 12px; }
  .plot svg { height: 190px; }
  .plot, .dates { padding-left: 38px; }
  .scale { width: 32px; }
}
)css";

/// Shows the text of the nearest bar, so that a finger need not hit it exactly. The page is
/// complete without the script.
inline constexpr std::string_view history_script = R"js(
const plot = document.querySelector(".plot"), tip = document.getElementById("tip");
const bars = [...plot.querySelectorAll("a")].map(a => {
  const title = a.querySelector("title"), text = title.textContent;
  title.remove();
  a.setAttribute("aria-label", text);
  return { a, text, at: Number(a.dataset.at) };
});
let shown = null;
function hide() { tip.style.display = "none"; if (shown) shown.a.classList.remove("on"); shown = null; }
function show(bar, x, y) {
  if (shown !== bar) { hide(); shown = bar; bar.a.classList.add("on"); tip.textContent = bar.text; }
  tip.style.display = "block";
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(12, Math.min(x + 14, innerWidth - box.width - 12)) + "px";
  tip.style.top = (y + 18 + box.height > innerHeight ? y - box.height - 14 : y + 18) + "px";
}
const svg = plot.querySelector("svg");
svg.addEventListener("pointermove", event => {
  const box = svg.getBoundingClientRect(), at = (event.clientX - box.left) / box.width;
  let best = null;
  for (const bar of bars) if (!best || Math.abs(bar.at - at) < Math.abs(best.at - at)) best = bar;
  if (best && Math.abs(best.at - at) * box.width < 24) show(best, event.clientX, event.clientY); else hide();
});
svg.addEventListener("pointerleave", hide);
for (const bar of bars) {
  bar.a.addEventListener("focus", () => { const box = bar.a.getBoundingClientRect(); show(bar, box.left, box.bottom); });
  bar.a.addEventListener("blur", hide);
}
)js";

}  // namespace larder::report
