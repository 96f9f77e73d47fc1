function a(r,t={},...e){let n=document.createElement(r);for(let[i,o]of Object.entries(t)){if(o===void 0||o===!1)continue;let s=o===!0&&!i.startsWith("aria-");n.setAttribute(i,s?"":String(o))}return n.append(...e),n}function A(r,t,e={}){let n=a("button",{type:"button",class:"button",...e},r);return n.addEventListener("click",t),n}function h(r,t){r.textContent!==t&&(r.textContent=t)}var J=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function T(r){return J.format(r)}function S(r){let t=Math.max(0,Math.round(r));if(t<60)return`${t} s`;let e=Math.floor(t/60);return e<10?`${e} min ${t%60} s`:e<60?`${e} min`:`${Math.floor(e/60)} h ${e%60} min`}var u=class extends Error{constructor(e,n,i,o){super(e);this.what=e;this.why=n;this.fix=i;this.status=o}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},j=new URL("../",import.meta.url),X=2e4,C="_streamlit_xsrf";function p(r,t={}){let e=new URL(r,j);for(let[n,i]of Object.entries(t))i!=null&&i!==""&&e.searchParams.set(n,String(i));return e.href}function K(){for(let r of document.cookie.split("; "))if(r.startsWith(`${C}=`))return r.slice(C.length+1);return""}async function Q(){await fetch(new URL("../_stcore/health",j),{cache:"no-store"})}function Y(r,t){try{let{error:e}=JSON.parse(t);if(e.what)return new u(e.what,e.why,e.fix,r)}catch{}return r>=500?new u(`The studio answered with status ${r}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",r):new u(`The studio answered with status ${r}.`,"The server did not say why.","Reload the page and try again.",r)}function _(){return new u("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function N(r,t,e){let n={};r!=="GET"&&(n["x-xsrftoken"]=K()),e.json!==void 0&&(n["content-type"]="application/json");let i=new AbortController,o=setTimeout(()=>i.abort(),X),s=()=>i.abort();e.signal?.addEventListener("abort",s),e.signal?.aborted&&i.abort();let c={method:r,headers:n,credentials:"same-origin",keepalive:e.keepalive??!1,signal:i.signal};e.json!==void 0?c.body=JSON.stringify(e.json):e.body&&(c.body=e.body);try{return await fetch(t,c)}catch(l){throw e.signal?.aborted?l:_()}finally{clearTimeout(o),e.signal?.removeEventListener("abort",s)}}async function Z(r,t,e={}){let n=await N(r,t,e);if(n.status===403&&r!=="GET"&&(await Q().catch(()=>{}),n=await N(r,t,e)),!n.ok)throw Y(n.status,await n.text().catch(()=>""));return n}async function E(r,t){return await(await Z("GET",r,t?{signal:t}:{})).json().catch(()=>Promise.reject(_()))}function f(r){return r instanceof DOMException&&r.name==="AbortError"}function H(r){return r instanceof u?r:new u("The page could not finish this step.",r instanceof Error?r.message:String(r),"Reload the page; nothing that was saved is lost.",-1)}var D=`.studio {
  --ink: var(--st-text-color, #31333f);
  --paper: var(--st-background-color, #ffffff);
  --soft: var(--st-secondary-background-color, #f0f2f6);
  --line: var(--st-border-color, rgba(49, 51, 63, 0.2));
  --accent: var(--st-primary-color, #ff4b4b);
  --muted: color-mix(in srgb, var(--ink) 68%, var(--paper));
  --good: var(--st-green-text-color, #158237);
  --warn: var(--st-orange-text-color, #b35300);
  --bad: var(--st-red-text-color, #bd4043);
  --bad-soft: var(--st-red-background-color, rgba(255, 43, 43, 0.09));
  --radius: var(--st-base-radius, 0.5rem);
  box-sizing: border-box;
  width: 100%;
  min-width: 0;
  color: var(--ink);
  font-family: var(--st-font, "Source Sans", sans-serif);
  font-size: 0.95rem;
  line-height: 1.45;
  color-scheme: light;
  container-type: inline-size;
  -webkit-tap-highlight-color: transparent;
}
.studio[data-theme="dark"] {
  color-scheme: dark;
}
.studio *,
.studio *::before,
.studio *::after {
  box-sizing: border-box;
}
.studio p {
  margin: 0;
}
.studio :focus {
  outline: none;
}
.studio :focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}
.studio [hidden] {
  display: none !important;
}
.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: 0.4rem;
  min-height: 2.5rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: var(--st-button-radius, var(--radius));
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  cursor: pointer;
  touch-action: manipulation;
  transition:
    border-color 0.12s,
    background-color 0.12s,
    color 0.12s;
}
@media (hover: hover) {
  .button:hover:not(:disabled) {
    border-color: var(--accent);
    color: color-mix(in srgb, var(--accent) 80%, var(--ink));
  }
}
.button:active:not(:disabled) {
  background: var(--soft);
}
.button:disabled {
  opacity: 0.45;
  cursor: default;
}
.button.primary {
  border-color: var(--accent);
  background: var(--accent);
  color: var(--on-accent, #ffffff);
  font-weight: 600;
}
.button.primary:hover:not(:disabled) {
  background: color-mix(in srgb, var(--accent) 86%, black);
  color: var(--on-accent, #ffffff);
}
.button.quiet {
  border-color: transparent;
  background: transparent;
}
.button.quiet:hover:not(:disabled) {
  background: var(--soft);
}
.key {
  display: inline-block;
  min-width: 1.45em;
  padding: 0 0.3em;
  border: 1px solid var(--line);
  border-bottom-width: 2px;
  border-radius: 0.3rem;
  background: var(--paper);
  color: var(--muted);
  font-family: var(--st-code-font, monospace);
  font-size: 0.75em;
  line-height: 1.5;
  text-align: center;
}
.key.on-accent {
  border-color: currentColor;
  background: transparent;
  color: inherit;
  opacity: 0.85;
}
.field {
  min-width: 0;
  min-height: 2.4rem;
  padding: 0.35rem 0.6rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
  color: var(--ink);
  font: inherit;
}
textarea.field {
  width: 100%;
  resize: vertical;
}
.muted {
  color: var(--muted);
}
.small {
  font-size: 0.85rem;
}
.numbers {
  font-variant-numeric: tabular-nums;
}
.bar {
  position: relative;
  height: 0.5rem;
  overflow: hidden;
  border-radius: 1rem;
  background: color-mix(in srgb, var(--ink) 12%, transparent);
}
.bar > div {
  width: 100%;
  height: 100%;
  border-radius: inherit;
  background: var(--accent);
  transform: scaleX(0);
  transform-origin: left;
  transition: transform 0.25s ease-out;
}
.notice {
  padding: 0.75rem 1rem;
  border-left: 3px solid var(--bad);
  border-radius: var(--radius);
  background: var(--bad-soft);
  overflow-wrap: anywhere;
}
.notice-what {
  font-weight: 600;
}
.notice-fix {
  margin-top: 0.25rem !important;
}
.notice-actions {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
  margin-top: 0.6rem;
}
.empty {
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  gap: 0.25rem;
  min-height: 8rem;
  padding: 1.5rem 1rem;
  border: 1px dashed var(--line);
  border-radius: var(--radius);
  color: var(--muted);
  text-align: center;
}
.empty strong {
  color: var(--ink);
  font-weight: 600;
}
.status {
  display: inline-flex;
  align-items: center;
  gap: 0.4rem;
  color: var(--muted);
  font-size: 0.85rem;
}
.status::before {
  content: "";
  flex: none;
  width: 0.5rem;
  height: 0.5rem;
  border-radius: 50%;
  background: currentColor;
}
.status[data-state="saved"] {
  color: var(--good);
}
.status[data-state="offline"],
.status[data-state="refused"] {
  color: var(--warn);
  font-weight: 600;
}
.visually-hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@media (prefers-reduced-motion: reduce) {
  .studio * {
    transition: none !important;
    animation: none !important;
  }
}
@media (hover: none) {
  .button .key {
    display: none;
  }
}
`;function P(r,t){let e=document.createElement("span");e.style.color=t,r.append(e);let n=getComputedStyle(e).color;e.remove();let i=n.match(/[\d.]+/g)?.map(Number)??[],o=n.startsWith("color(")?255:1;return[(i[0]??0)*o,(i[1]??0)*o,(i[2]??0)*o]}function I([r,t,e]){let n=i=>{let o=i/255;return o<=.04045?o/12.92:((o+.055)/1.055)**2.4};return .2126*n(r)+.7152*n(t)+.0722*n(e)}function L(r){let t=I(P(r,"var(--st-background-color, #ffffff)"))<.4;r.dataset.theme=t?"dark":"light";let e=I(P(r,"var(--st-primary-color, #ff4b4b)"));r.style.setProperty("--on-accent",1.05/(e+.05)>=3?"#ffffff":"#111111")}function m(r,t){let[e,n,i]=P(r,`var(${t})`);return`rgb(${e}, ${n}, ${i})`}var et=50;function O(r,t){let e=new WeakMap;return n=>{let i=n.parentElement,o=e.get(i);if(o)L(o.host),o.instance.update(n);else{let l=document.createElement("style");l.textContent=D+r;let d=document.createElement("div");d.className="studio",i.append(l,d),L(d),o={host:d,style:l,instance:t(d,n),turn:0},e.set(i,o)}let s=o,c=++s.turn;return()=>{setTimeout(()=>{s.turn!==c||s.host.isConnected||(s.instance.dispose(),s.host.remove(),s.style.remove(),e.delete(i))},et)}}}function rt(r,...t){let e=a("div",{class:"notice",role:"alert"},a("p",{class:"notice-what"},r.what),a("p",{},r.why),a("p",{class:"notice-fix"},r.fix));return t.length>0&&e.append(a("div",{class:"notice-actions"},...t.map(n=>A(n.label,()=>n.run())))),e}function M(r,t,...e){if(!t){r.firstElementChild&&r.replaceChildren();return}let n=[t.what,t.why,...e.map(i=>i.label)].join(`
`);r.firstElementChild&&r.dataset.content===n||(r.dataset.content=n,r.replaceChildren(rt(t,...e)))}var g="val_",z={displaylogo:!1,responsive:!1,modeBarButtons:[["toImage"],["zoom2d","pan2d"],["zoomIn2d","zoomOut2d","resetScale2d"]]};function b(r){return r.startsWith(g)?r.slice(g.length):r}function $(r){let t=r.replaceAll("_"," ");return t.charAt(0).toUpperCase()+t.slice(1)}var v=class{constructor(t,e,n,i){this.plotly=t;this.host=e;this.name=n;this.height=i;this.panel=a("figure",{class:"chart","aria-label":`${$(n)} by step`},a("figcaption",{class:"chart-title"},$(n)),this.plot),this.observer=new ResizeObserver(()=>{!this.drawn||this.plot.clientWidth===0||this.queue(()=>this.plotly.relayout(this.plot,this.legendPlace()))}),this.observer.observe(this.panel)}plotly;host;name;height;panel;plot=a("div",{class:"plot"});traces=new Map;drawn=!1;work=Promise.resolve();observer;get size(){return[...this.traces.values()].reduce((t,e)=>t+e.x.length,0)}lastStep(t){return this.traces.get(t)?.x.at(-1)??-1/0}draw(t,e){this.traces.clear();for(let n of Object.keys(t).sort())this.traces.set(n,this.trace(n,t[n]??[],e));this.redraw()}extend(t,e){let n=Object.keys(t).filter(l=>(t[l]?.length??0)>0);if(n.length===0)return;let i=[...this.traces.keys()];if(n.some(l=>!this.traces.has(l))||!this.drawn){for(let l of n){let d=this.trace(l,t[l]??[],e),x=this.traces.get(l);if(!x)this.traces.set(l,d);else for(let k of["x","y","text"])x[k]=[...x[k],...d[k]]}this.redraw();return}let s={x:[],y:[],text:[]};for(let l of n){let d=this.trace(l,t[l]??[],e);s.x.push(d.x),s.y.push(d.y),s.text.push(d.text)}let c=n.map(l=>i.indexOf(l));this.queue(()=>this.plotly.extendTraces(this.plot,s,c))}restyle(t){this.height=t;for(let[e,n]of this.traces)Object.assign(n,this.look(e));this.drawn&&this.redraw()}dispose(){this.observer.disconnect(),this.plotly.purge(this.plot)}redraw(){let t=[...this.traces.values()];this.queue(async()=>{this.drawn?await this.plotly.react(this.plot,t,this.layout(),z):await this.plotly.newPlot(this.plot,t,this.layout(),z),this.drawn=!0}),this.drawn=this.drawn||t.length>0}queue(t){return this.work=this.work.then(t),this.work}look(t){let e=t.startsWith(g),n=m(this.host,e?"--validation":"--training");return{line:{color:n,width:2},marker:{color:n,size:6}}}trace(t,e,n){let i=t.startsWith(g),o=e.map(([s])=>s);return{type:"scatter",mode:i?"lines+markers":"lines",name:i?"validation":"training",x:o,y:e.map(([,s])=>s),text:o.map(s=>nt(s,n)),hovertemplate:`%{y:.4g}%{text}<extra>${i?"validation":"training"}</extra>`,...this.look(t)}}legendPlace(){let t=this.plot.clientWidth<480;return{width:this.plot.clientWidth,height:this.height+(t?24:0),legend:t?{orientation:"h",x:0,xanchor:"left",y:-.28,yanchor:"top"}:{orientation:"h",x:0,xanchor:"left",y:1.02,yanchor:"bottom"},"margin.t":t?12:30,"margin.b":t?68:42}}layout(){let t=m(this.host,"--ink"),e=m(this.host,"--grid-line"),n=m(this.host,"--paper"),i={gridcolor:e,linecolor:e,zeroline:!1,automargin:!0,tickfont:{color:t}},{"margin.t":o,"margin.b":s,...c}=this.legendPlace();return{...c,template:{layout:{}},uirevision:this.name,autosize:!1,paper_bgcolor:"rgba(0,0,0,0)",plot_bgcolor:"rgba(0,0,0,0)",font:{family:getComputedStyle(this.host).fontFamily,size:13,color:t},margin:{l:52,r:12,t:o,b:s},hovermode:"x unified",hoverlabel:{bgcolor:n,bordercolor:e,font:{color:t}},dragmode:matchMedia("(hover: none)").matches?!1:"zoom",showlegend:this.traces.size>1,xaxis:{...i,title:{text:"step",standoff:8},hoverformat:",d",unifiedhovertitle:{text:"step %{x}"},rangemode:"tozero",spikethickness:1,spikecolor:t},yaxis:{...i,tickformat:"~g",nticks:6},modebar:{bgcolor:"rgba(0,0,0,0)",color:e,activecolor:t}}}};function nt(r,t){return t?` · epoch ${Math.max(1,Math.ceil(r/t))}`:""}function U(r,t,e){return E(p("metrics",{run:r,since:t}),e)}function q(r,t,e){return E(p(`runs/${encodeURIComponent(r)}/log`,{since:t}),e)}var it=500,ot=1e3,st=24,y=class{constructor(t){this.run=t;this.text.textContent="No line yet.",this.panel.append(a("summary",{},"Log"),this.text),this.panel.addEventListener("toggle",()=>{this.panel.open?this.poll():clearTimeout(this.timer)})}run;panel=a("details",{class:"log"});text=a("pre",{tabindex:0,"aria-label":"Log"});lines=[];cursor=0;terminal=!1;timer;stopped=new AbortController;finish(){this.terminal||(this.terminal=!0,this.panel.open&&this.poll())}dispose(){clearTimeout(this.timer),this.stopped.abort()}async poll(){clearTimeout(this.timer);try{let t=await q(this.run,this.cursor,this.stopped.signal);t.cursor!==this.cursor&&this.show(t.lines),this.cursor=t.cursor}catch(t){if(f(t))return}this.panel.open&&!this.terminal&&!this.stopped.signal.aborted&&(this.timer=setTimeout(()=>{this.poll()},ot))}show(t){let{scrollHeight:e,scrollTop:n,clientHeight:i}=this.text,o=e-n-i<st;this.lines=[...this.lines,...t].slice(-it),this.text.textContent=this.lines.join(`
`),o&&(this.text.scrollTop=this.text.scrollHeight)}};function B(){return window.studioPlotly??=new Promise((r,t)=>{let e=document.createElement("script");e.src=p("plotly.min.js"),e.addEventListener("load",()=>{window.Plotly?r(window.Plotly):t(W())}),e.addEventListener("error",()=>{e.remove(),t(W())}),document.head.append(e)}).catch(r=>{throw delete window.studioPlotly,r}),window.studioPlotly}function F(){let r=document.createElement("style"),t=document.getElementById("plotly.js-style-global");return t instanceof HTMLStyleElement&&t.sheet&&(r.textContent=Array.from(t.sheet.cssRules,e=>e.cssText).join(`
`)),r}function W(){return new u("The charting library did not load.","The studio's server is away or restarting.","Leave the page open: it tries again by itself.",0)}var V=`.studio {
  --training: var(--st-blue-color, #1c83e1);
  --validation: var(--st-orange-color, #e07a00);
  --grid-line: color-mix(in srgb, var(--ink) 22%, var(--paper));
}
.run {
  display: grid;
  gap: 0.6rem;
  min-width: 0;
}
.run > div:empty {
  display: none;
}
.head {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.2rem 0.75rem;
  min-height: 1.6rem;
}
.head:has(.badge:empty) {
  display: none;
}
.message {
  min-width: 0;
  overflow-wrap: anywhere;
}
.head > :last-child {
  margin-left: auto;
}
.badge {
  padding: 0 0.6rem;
  border-radius: 1rem;
  background: color-mix(in srgb, var(--ink) 10%, transparent);
  font-size: 0.8rem;
  font-weight: 600;
  line-height: 1.5rem;
}
.badge:empty {
  display: none;
}
.badge[data-status="running"] {
  background: color-mix(in srgb, var(--accent) 18%, transparent);
}
.badge[data-status="succeeded"] {
  background: color-mix(in srgb, var(--good) 18%, transparent);
  color: var(--good);
}
.badge[data-status="failed"] {
  background: var(--bad-soft);
  color: var(--bad);
}
.charts {
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 1rem 1.5rem;
}
.chart {
  min-width: 0;
  margin: 0;
}
.chart-title {
  font-weight: 600;
}
.plot .modebar-btn path {
  fill: var(--muted) !important;
}
.plot .modebar-btn:hover path,
.plot .modebar-btn.active path {
  fill: var(--ink) !important;
}
.log summary {
  width: fit-content;
  padding: 0.2rem 0.3rem;
  border-radius: 0.3rem;
  color: var(--muted);
  cursor: pointer;
}
.log pre {
  max-height: 16rem;
  margin: 0.4rem 0 0;
  overflow: auto;
  padding: 0.75rem;
  border-radius: var(--radius);
  background: var(--soft);
  font-family: var(--st-code-font, monospace);
  font-size: 0.8rem;
  line-height: 1.5;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
@container (min-width: 860px) {
  .charts[data-count="2"] {
    grid-template-columns: repeat(2, minmax(0, 1fr));
  }
}
`;var G=600,lt=1e3,ct=5e3,dt=1e4,ut=6e3,w=class{constructor(t,e){this.host=t;this.args=e;this.log=new y(e.data.run),this.root.append(a("div",{class:"head"},this.badge,this.message,this.left),this.bar,this.place,this.waiting,this.panels,this.log.panel),this.root.addEventListener("keydown",n=>n.stopPropagation()),t.append(this.root),this.wait("Loading the curves",""),this.bar.hidden=!0,document.addEventListener("visibilitychange",this.onVisible),this.poll()}host;args;charts=new Map;log;root=a("div",{class:"run"});message=a("span",{class:"message"});left=a("span",{class:"muted small numbers"});badge=a("span",{class:"badge",role:"status"});fill=a("div");bar=a("div",{class:"bar",role:"progressbar","aria-label":"Progress","aria-valuemin":0,"aria-valuemax":100},this.fill);place=a("div");waiting=a("div",{class:"empty"});panels=a("div",{class:"charts"});stopped=new AbortController;onVisible=()=>{!document.hidden&&!this.over&&this.schedule(0)};plotly=null;timer;polling=!1;cursor=0;appended=0;failures=0;over=!1;lastLook=!1;status=null;get run(){return this.args.data.run}update(t){this.args=t;for(let e of this.charts.values())e.restyle(t.data.height)}dispose(){clearTimeout(this.timer),document.removeEventListener("visibilitychange",this.onVisible),this.stopped.abort(),this.log.dispose();for(let t of this.charts.values())t.dispose();this.root.remove()}schedule(t){clearTimeout(this.timer),this.timer=setTimeout(()=>{this.poll()},t)}async poll(){if(!(this.polling||this.stopped.signal.aborted)){clearTimeout(this.timer),this.polling=!0;try{this.plotly||(this.plotly=await B(),this.root.prepend(F()));let t=this.cursor,e=await U(this.run,t,this.stopped.signal);this.failures=0,M(this.place,null),this.take(e,t)}catch(t){if(f(t))return;this.failed(H(t))}finally{this.polling=!1}}}failed(t){M(this.place,t,{label:"Try again",run:()=>this.schedule(0)}),this.charts.size===0&&(this.waiting.hidden=!0),t.passing&&(this.failures+=1,this.schedule(Math.min(dt,500*2**this.failures)))}take(t,e){if(Object.entries(t.points).some(([i,o])=>{let s=o[0],c=this.charts.get(b(i));return e>0&&s!==void 0&&c&&s[0]<=c.lastStep(i)})||this.appended>ut){this.cursor=0,this.appended=0,this.schedule(0);return}if(this.cursor=t.cursor,this.paint(t,e===0),this.describe(t),t.terminal&&this.lastLook)this.over=!0,this.log.finish();else{this.lastLook=t.terminal;let i=this.charts.size>0?G:lt;this.schedule(t.terminal?G:document.hidden?ct:i)}this.tell(t)}tell(t){t.status===this.status||t.terminal&&!this.over||(this.status=t.status,this.args.setStateValue("status",{run:this.run,status:t.status}))}paint(t,e){if(!this.plotly)return;let n=new Map;for(let[i,o]of Object.entries(t.points)){if(o.length===0)continue;let s=b(i);n.set(s,{...n.get(s),[i]:o}),e||(this.appended+=o.length)}for(let[i,o]of n){let s=this.charts.get(i);s||(s=new v(this.plotly,this.host,i,this.args.data.height),this.charts.set(i,s),this.arrange()),e?s.draw(o,t.steps_per_epoch):s.extend(o,t.steps_per_epoch)}}arrange(){let t=["loss",...this.args.data.metrics.map(b)],e=i=>{let o=t.indexOf(i);return o===-1?t.length:o},n=[...this.charts].sort(([i],[o])=>e(i)-e(o)||i.localeCompare(o));this.panels.dataset.count=String(Math.min(2,n.length));for(let[i,[,o]]of n.entries()){let s=this.panels.children[i];s!==o.panel&&this.panels.insertBefore(o.panel,s??null)}}describe(t){h(this.badge,t.status),this.badge.dataset.status=t.status;let{progress:e}=t;this.bar.hidden=e===null||t.terminal,e?this.describeProgress(e,t.terminal):h(this.message,""),(!e||t.terminal)&&h(this.left,""),this.charts.size>0?this.waiting.hidden=!0:t.terminal?this.wait("No curves","This run recorded no metrics. Its log may say why."):t.status==="queued"?this.wait("Waiting in the queue","The run starts as soon as a worker is free."):this.wait("Starting","The first points appear after the first steps.")}describeProgress(t,e){let n=t.total>0?Math.min(1,t.done/t.total):0;if(this.fill.style.transform=`scaleX(${n})`,this.bar.setAttribute("aria-valuenow",String(Math.round(n*100))),h(this.message,e?"":t.message),e||t.total===0)return;let i=[`${T(t.done)} of ${T(t.total)} ${t.unit}`];t.seconds_left!==null&&t.seconds_left!==void 0&&i.push(`about ${S(t.seconds_left)} left`),h(this.left,i.join(" · "))}wait(t,e){this.waiting.hidden=!1,this.waiting.firstElementChild?.textContent!==t&&this.waiting.replaceChildren(a("strong",{},t),a("span",{},e))}},R=class{constructor(t,e){this.host=t;this.view=new w(t,e)}host;view;update(t){if(t.data.run===this.view.run){this.view.update(t);return}this.view.dispose(),this.view=new w(this.host,t)}dispose(){this.view.dispose()}},qt=O(V,(r,t)=>new R(r,t));export{qt as default};
