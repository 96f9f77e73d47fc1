var B=`.studio {
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
`;function S(r,t){let e=document.createElement("span");e.style.color=t,r.append(e);let o=getComputedStyle(e).color;e.remove();let n=o.match(/[\d.]+/g)?.map(Number)??[],i=o.startsWith("color(")?255:1;return[(n[0]??0)*i,(n[1]??0)*i,(n[2]??0)*i]}function I([r,t,e]){let o=n=>{let i=n/255;return i<=.04045?i/12.92:((i+.055)/1.055)**2.4};return .2126*o(r)+.7152*o(t)+.0722*o(e)}function D(r){let t=I(S(r,"var(--st-background-color, #ffffff)"))<.4;r.dataset.theme=t?"dark":"light";let e=I(S(r,"var(--st-primary-color, #ff4b4b)"));r.style.setProperty("--on-accent",1.05/(e+.05)>=3?"#ffffff":"#111111")}function f(r,t){let[e,o,n]=S(r,`var(${t})`);return`rgb(${e}, ${o}, ${n})`}var nt=50;function q(r,t){let e=new WeakMap;return o=>{let n=o.parentElement,i=e.get(n);if(i)D(i.host),i.instance.update(o);else{let c=document.createElement("style");c.textContent=B+r;let l=document.createElement("div");l.className="studio",n.append(c,l),D(l),i={host:l,style:c,instance:t(l,o),turn:0},e.set(n,i)}let s=i,u=++s.turn;return()=>{setTimeout(()=>{s.turn!==u||s.host.isConnected||(s.instance.dispose(),s.host.remove(),s.style.remove(),e.delete(n))},nt)}}}var U=`.studio {
  --grid-line: color-mix(in srgb, var(--ink) 22%, var(--paper));
  --scale-none: color-mix(in srgb, var(--ink) 4%, var(--paper));
  --scale-little: color-mix(in srgb, var(--st-blue-color, #1c83e1) 20%, var(--paper));
  --scale-all: color-mix(in srgb, var(--st-blue-color, #1c83e1) 88%, var(--ink));
}
.figure {
  display: grid;
  gap: 0.2rem;
  min-width: 0;
}
.figure > div:empty:not(.plot) {
  display: none;
}
.plot {
  min-width: 0;
  overflow: hidden;
  border-radius: var(--radius);
}
.plot.clickable .nsewdrag {
  cursor: pointer;
}
.plot .modebar-btn path {
  fill: var(--muted) !important;
}
.plot .modebar-btn:hover path,
.plot .modebar-btn.active path {
  fill: var(--ink) !important;
}
.figure-tools {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: flex-end;
  gap: 0.1rem 0.4rem;
}
.hint {
  margin-right: auto;
}
.tool {
  min-height: 2rem;
  padding: 0.1rem 0.6rem;
  color: var(--muted);
  font-size: 0.82rem;
}
.tool[aria-pressed="true"] {
  background: color-mix(in srgb, var(--ink) 12%, var(--paper));
  color: var(--ink);
  font-weight: 600;
}
.table {
  max-height: 32rem;
  overflow: auto;
  border: 1px solid var(--line);
  border-radius: var(--radius);
}
.table table {
  width: 100%;
  border-collapse: collapse;
  font-size: 0.85rem;
  font-variant-numeric: tabular-nums;
}
.table th {
  position: sticky;
  top: 0;
  background: var(--soft);
  text-align: left;
}
.table th,
.table td {
  padding: 0.25rem 0.6rem;
  border-bottom: 1px solid color-mix(in srgb, var(--ink) 10%, transparent);
  overflow-wrap: anywhere;
}
.table td.number {
  text-align: right;
}
.table p {
  padding: 0.4rem 0.6rem;
}
.threshold {
  display: grid;
  gap: 0.7rem;
}
.slider {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.4rem 0.8rem;
}
.slider input {
  flex: 1;
  min-width: 10rem;
  min-height: 2rem;
  accent-color: var(--accent);
}
.threshold-value {
  min-width: 3rem;
  font-weight: 600;
}
.outcome {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr));
  gap: 0.5rem;
  margin: 0;
}
.outcome > div {
  padding: 0.4rem 0.7rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
}
.outcome dd {
  margin: 0;
  font-size: 1.25rem;
}
.counts {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.4rem 0.6rem;
}
.pair {
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 1rem;
}
@container (min-width: 760px) {
  .pair {
    grid-template-columns: repeat(2, minmax(0, 1fr));
  }
}
`;function a(r,t={},...e){let o=document.createElement(r);for(let[n,i]of Object.entries(t)){if(i===void 0||i===!1)continue;let s=i===!0&&!n.startsWith("aria-");o.setAttribute(n,s?"":String(i))}return o.append(...e),o}function y(r,t,e={}){let o=a("button",{type:"button",class:"button",...e},r);return o.addEventListener("click",t),o}function b(r,t){r.textContent!==t&&(r.textContent=t)}var it=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function v(r){return it.format(r)}var w=class extends Error{constructor(e,o,n,i){super(e);this.what=e;this.why=o;this.fix=n;this.status=i}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},st=new URL("../",import.meta.url);function W(r,t={}){let e=new URL(r,st);for(let[o,n]of Object.entries(t))n!=null&&n!==""&&e.searchParams.set(o,String(n));return e.href}function O(r){return r instanceof w?r:new w("The page could not finish this step.",r instanceof Error?r.message:String(r),"Reload the page; nothing that was saved is lost.",-1)}function at(r,...t){let e=a("div",{class:"notice",role:"alert"},a("p",{class:"notice-what"},r.what),a("p",{},r.why),a("p",{class:"notice-fix"},r.fix));return t.length>0&&e.append(a("div",{class:"notice-actions"},...t.map(o=>y(o.label,()=>o.run())))),e}function A(r,t,...e){if(!t){r.firstElementChild&&r.replaceChildren();return}let o=[t.what,t.why,...e.map(n=>n.label)].join(`
`);r.firstElementChild&&r.dataset.content===o||(r.dataset.content=o,r.replaceChildren(at(t,...e)))}function V(){return window.studioPlotly??=new Promise((r,t)=>{let e=document.createElement("script");e.src=W("plotly.min.js"),e.addEventListener("load",()=>{window.Plotly?r(window.Plotly):t(K())}),e.addEventListener("error",()=>{e.remove(),t(K())}),document.head.append(e)}).catch(r=>{throw delete window.studioPlotly,r}),window.studioPlotly}function G(){let r=document.createElement("style"),t=document.getElementById("plotly.js-style-global");return t instanceof HTMLStyleElement&&t.sheet&&(r.textContent=Array.from(t.sheet.cssRules,e=>e.cssText).join(`
`)),r}function K(){return new w("The charting library did not load.","The studio's server is away or restarting.","Leave the page open: it tries again by itself.",0)}var J={displaylogo:!1,responsive:!1,modeBarButtons:[["zoom2d","pan2d"],["zoomIn2d","zoomOut2d","resetScale2d"]]},lt=/^[xy]axis\d*$/,j=480,ct={thickness:10,outlinewidth:0,tickfont:{size:11}};function E(r){return typeof r=="object"&&r!==null?r:{}}function X(r,t,e){let o=[[0,f(r,"--scale-none")],[.02,f(r,"--scale-little")],[1,f(r,"--scale-all")]];return t.map(n=>E(n.meta).scale?{...n,colorscale:o,showscale:!e,colorbar:{...ct,...E(n.colorbar)}}:n)}function Q(r,t,e,o){let n=t.layout,i=f(r,"--ink"),s=f(r,"--grid-line"),u=f(r,"--paper"),c={gridcolor:s,linecolor:s,zerolinecolor:s,automargin:!0,tickfont:{color:i}},l=new Set(["xaxis","yaxis",...Object.keys(n).filter(m=>lt.test(m))]),d=Object.fromEntries([...l].map(m=>[m,{zeroline:!1,...c,...E(n[m])}])),p=e<j?{orientation:"h",x:0,xanchor:"left",yref:"container",y:0,yanchor:"bottom"}:{orientation:"h",x:0,xanchor:"left",y:1.02,yanchor:"bottom"};return{uirevision:"kept",hovermode:"closest",dragmode:"zoom",margin:{l:44,r:12,t:32,b:36},...n,...d,template:{layout:{}},autosize:!1,width:e,height:o,paper_bgcolor:"rgba(0,0,0,0)",plot_bgcolor:"rgba(0,0,0,0)",font:{size:13,...E(n.font),family:getComputedStyle(r).fontFamily,color:i},legend:{...p,...E(n.legend)},hoverlabel:{bgcolor:u,bordercolor:s,font:{color:i},align:"left"},modebar:{bgcolor:"rgba(0,0,0,0)",color:s,activecolor:i},...matchMedia("(hover: none)").matches?{dragmode:!1}:{}}}var _=1e3,ut={lt:"<",gt:">",amp:"&",quot:'"',"#x27":"'","#39":"'"};function N(r){return r.replace(/&(lt|gt|amp|quot|#x27|#39);/g,(t,e)=>ut[e]??t)}function dt(r){return r==null?"":typeof r!="number"?typeof r=="boolean"?r?"yes":"no":String(r):Number.isInteger(r)?r.toLocaleString("en-US"):String(Number(r.toPrecision(4)))}function Y(r){let t=r._fullLayout??{},e=l=>t[l]?.title?.text||l.charAt(0),o=[],n=(r._fullData??[]).filter(l=>l.visible===!0&&l.hoverinfo!=="skip"),i=n.length>1,s=(l,...d)=>{let h=i?[l.name,...d]:d;o.push(h.map(p=>typeof p=="string"?N(p):p))},u=!1;for(let l of n){let d=l.x,h=l.y,p=l.z;if(p){u=!0;for(let m=0;m<p.length;m+=1){let g=p[m]??[];for(let T=0;T<g.length;T+=1)s(l,d?.[T]??T,h?.[m]??m,g[T])}}else{let m=Math.max(d?.length??0,h?.length??0);for(let g=0;g<m;g+=1)s(l,d?.[g]??g,h?.[g]??g)}}let c=[e("xaxis"),e("yaxis"),...u?["value"]:[]];return{columns:i?["series",...c]:c,rows:o}}function Z({columns:r,rows:t},e){let o=a("tr",{},...r.map(c=>a("th",{scope:"col"},c))),n=r.map((c,l)=>typeof t.find(d=>d[l]!==null)?.[l]=="number"),i=t.slice(0,_).map(c=>a("tr",{},...r.map((l,d)=>a("td",{class:n[d]?"number":void 0},dt(c[d]))))),s=a("table",{},a("caption",{class:"visually-hidden"},e),a("thead",{},o),a("tbody",{},...i)),u=a("div",{class:"table",tabindex:0,role:"region","aria-label":`Table: ${e}`},s);if(t.length>_){let c=`The first ${v(_)} of ${v(t.length)} rows.`;u.append(a("p",{class:"muted small"},c))}return u}var H={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,-1],ArrowDown:[0,1]},pt=new Set(["scatter","scattergl","bar","heatmap"]);function x(r){return ArrayBuffer.isView(r)?Array.from(r):Array.isArray(r)?r.map(x):r??null}var P=class{constructor(t){this.plot=t}plot;curve=-1;row=0;point=0;get traces(){return this.plot._fullData??[]}get layout(){return this.plot._fullLayout??{}}get place(){let t=this.traces[this.curve];if(!t||!this.walkable(t))return null;let[e,o]=this.size(t);if(this.row>=e||this.point>=o)return null;let n=t.type==="heatmap",i=t.customdata?.[n?this.row:this.point];return{curveNumber:this.curve,pointNumber:n?[this.row,this.point]:this.point,x:t.x?.[this.point]??this.point,y:n?t.y?.[this.row]??this.row:t.y?.[this.point]??this.point,customdata:n&&i?i[this.point]:i}}get hover(){let{place:t}=this;if(!t)return null;let{curveNumber:e,pointNumber:o}=t;if(!Array.isArray(o))return{curveNumber:e,pointNumber:o};let n=(i,s)=>typeof i=="number"?i:s;return{curveNumber:e,xval:n(t.x,o[1]),yval:n(t.y,o[0])}}from(t){this.curve=t.curveNumber,Array.isArray(t.pointNumber)?[this.row,this.point]=t.pointNumber:[this.row,this.point]=[0,t.pointNumber??0]}step(t,e){if(!this.place&&(t in H||t==="Home"||t==="End"))return this.begin();let o=this.traces[this.curve];if(!o)return!1;let[n,i]=this.size(o);if(t==="Home")this.point=0;else if(t==="End")this.point=i-1;else if(t in H){let[s,u]=H[t],c=e?10:1;this.move(o,s*c*this.sign("xaxis"),u*c*-this.sign("yaxis"),n,i)}else return!1;return!0}words(){let{place:t}=this,e=this.traces[this.curve];if(!t||!e)return"";let o=(s,u)=>{let c=typeof u=="number"?String(Number(u.toPrecision(4))):N(String(u));return[this.layout[s]?.title?.text,c].filter(Boolean).join(" ")},n=e.type==="heatmap"?e.z?.[this.row]?.[this.point]:void 0,i=[o("xaxis",t.x),o("yaxis",t.y)];return n!==void 0&&i.push(String(n)),i.join(", ")}begin(){return this.curve=this.traces.findIndex(t=>this.walkable(t)),[this.row,this.point]=[0,0],this.curve!==-1}move(t,e,o,n,i){let s=(h,p)=>Math.min(p-1,Math.max(0,h));if(t.type==="heatmap"){this.row=s(this.row+o,n),this.point=s(this.point+e,i);return}let u=t.type==="bar"&&t.orientation==="h",[c,l]=u?[o,e]:[e,o],d=this.traces.flatMap((h,p)=>this.walkable(h)?[p]:[]);if(l!==0&&d.length>1){let h=d[s(d.indexOf(this.curve)+Math.sign(l),d.length)];this.curve=h??this.curve,this.point=s(this.point,this.size(this.traces[this.curve])[1])}else this.point=s(this.point+(c||l),i)}sign(t){let e=this.layout[t]?.range;return e&&Number(e[0])>Number(e[1])?-1:1}walkable(t){return t.visible===!0&&t.hoverinfo!=="skip"&&pt.has(t.type??"")&&this.size(t)[1]>0}size(t){return t.type==="heatmap"?[t.z?.length??0,t.z?.[0]?.length??0]:[1,Math.max(t.x?.length??0,t.y?.length??0)]}};var tt={width:24,height:15},ht=60,k=class{constructor(t,e,o){this.host=t;this.shown=e;this.onClick=o;this.hint.hidden=!0,this.plot.addEventListener("keydown",n=>this.key(n)),this.plot.addEventListener("focus",()=>{this.hint.hidden=!this.plot.matches(":focus-visible")}),this.plot.addEventListener("blur",()=>{this.hint.hidden=!0,this.plotly&&this.plotly.Fx.unhover(this.plot)}),this.root.addEventListener("keydown",n=>n.stopPropagation()),o||b(this.hint,"Arrow keys walk"),this.plot.style.minHeight=`${e.height}px`,this.observer=new ResizeObserver(()=>{Math.abs(this.plot.clientWidth-this.width)>1&&this.draw()}),this.observer.observe(this.root),this.load()}host;shown;onClick;plot=a("div",{class:"plot",tabindex:0,role:"application"});place=a("div");said=a("p",{class:"visually-hidden","aria-live":"polite"});hint=a("span",{class:"hint muted small"},"Arrow keys walk, Enter opens");tableButton=y("Table",()=>this.toggle(),{class:"button quiet tool","aria-pressed":"false"});pngButton=y("PNG",()=>{this.save()},{class:"button quiet tool","aria-label":"Save as PNG"});tools=a("div",{class:"figure-tools"},this.hint,this.tableButton,this.pngButton);rows=a("div",{hidden:!0});root=a("div",{class:"figure"},this.place,this.plot,this.rows,this.said,this.tools);walk=new P(this.plot);observer;plotly=null;work=Promise.resolve();width=0;listening=!1;disposed=!1;timer;show(t){this.shown=t,this.plot.style.minHeight=`${t.height}px`,this.draw(),this.rows.hidden||this.fillTable()}restyle(t,e){this.queue(async()=>{this.plotly&&this.listening&&await this.plotly.restyle(this.plot,t,e)})}dispose(){this.disposed=!0,clearTimeout(this.timer),this.observer.disconnect(),this.plotly?.purge(this.plot),this.root.remove()}async load(){try{this.plotly=await V(),A(this.place,null),this.draw()}catch(t){A(this.place,O(t),{label:"Try again",run:()=>{this.load()}})}}draw(){let{plotly:t}=this;if(this.width=this.plot.clientWidth,!t||this.width===0||this.disposed)return;let{drawing:e,height:o,alt:n}=this.shown;this.plot.setAttribute("aria-label",n),this.queue(async()=>{if(this.disposed)return;let i=X(this.host,e.data,this.width<j);await t.react(this.plot,i,Q(this.host,e,this.width,o),J),this.listen(),await this.labelCells(t)})}queue(t){return this.work=this.work.then(t).catch(e=>{this.disposed||A(this.place,O(e))}),this.work}listen(){this.listening||(this.listening=!0,this.root.append(G()),this.plot.on?.("plotly_click",({points:t})=>{let e=t[0];e&&(this.walk.from(e),this.onClick?.(e))}),this.plot.on?.("plotly_relayout",()=>{this.queue(async()=>this.plotly&&this.labelCells(this.plotly))}),this.onClick&&this.plot.classList.add("clickable"))}async labelCells(t){let e=this.plot._fullLayout,[o,n]=[e.xaxis,e.yaxis],i=o&&n&&et(o)>=tt.width&&et(n)>=tt.height;for(let[s,u]of(this.plot.data??[]).entries()){let c=u.meta?.label;if(c===void 0)continue;let l=i?c:"";(u.texttemplate??"")!==l&&await t.restyle(this.plot,{texttemplate:l},[s])}}key(t){if(t.ctrlKey||t.metaKey||t.altKey||!this.plotly)return;let{place:e}=this.walk;(t.key==="Enter"||t.key===" ")&&e?(t.preventDefault(),this.onClick?.(e)):t.key==="Escape"?this.plotly.Fx.unhover(this.plot):this.walk.step(t.key,t.shiftKey)&&(t.preventDefault(),this.point())}point(){let{hover:t}=this.walk;!t||!this.plotly||(this.plotly.Fx.hover(this.plot,[t]),clearTimeout(this.timer),this.timer=setTimeout(()=>{let e=[...this.plot.querySelectorAll(".hoverlayer .hovertext text")].flatMap(o=>{let n=[...o.querySelectorAll("tspan.line")].map(i=>i.textContent??"");return n.length>0?n:[o.textContent??""]});b(this.said,e.filter(Boolean).join(", ")||this.walk.words())},ht))}toggle(){this.rows.hidden=!this.rows.hidden,this.plot.hidden=!this.rows.hidden,this.tableButton.setAttribute("aria-pressed",String(!this.rows.hidden)),this.pngButton.hidden=this.plot.hidden,this.rows.hidden?this.draw():this.fillTable()}fillTable(){let t=this.shown.table??Y(this.plot);this.rows.replaceChildren(Z(t,this.shown.alt))}async save(){let{plotly:t,shown:e,width:o,plot:n}=this;if(!t||!n.data)return;let i=n.layout,s={data:n.data,layout:{...i,paper_bgcolor:f(this.host,"--paper")}};await this.queue(async()=>{let u=await t.toImage(s,{format:"png",scale:2,width:o,height:e.height}),c=e.alt.toLowerCase().replace(/[^a-z0-9]+/g,"_").slice(0,60).replace(/^_+|_+$/g,"")||"figure",l=a("a",{href:u,download:`${c}.png`});this.root.append(l),l.click(),l.remove()})}};function et({range:r,_length:t}){return(t??0)/Math.max(1,Math.abs(Number(r?.[1]??1)-Number(r?.[0]??0)))}var L=["roc","precision_recall"],z={right:"Found",alarms:"False alarms",missed:"Missed"},C={precision:"Precision",recall:"Recall",f1:"F1",rate:"False alarm rate"};function F(r,t){let e=r.true_positives[t]??0,o=r.false_positives[t]??0,n=(u,c,l)=>c>0?u/c:l,i=n(e,e+o,1),s=n(e,r.positives,0);return{right:e,alarms:o,missed:r.positives-e,spared:r.negatives-o,precision:i,recall:s,f1:n(2*e,2*e+o+(r.positives-e),0),rate:n(o,r.negatives,0)}}function mt(r){let t=r.true_positives.map((n,i)=>F(r,i).f1),e=Math.max(...t),o=t.flatMap((n,i)=>n===e?[i]:[]);return o[Math.floor(o.length/2)]??0}var R=class{constructor(t,e){this.host=t;this.args=e;this.step=this.middle(),this.buttons=Object.fromEntries(Object.keys(z).map(n=>[n,y("",()=>this.want(n),{class:"button count"})])),this.views={roc:this.view("roc"),precision_recall:this.view("precision_recall")},this.slider.addEventListener("input",()=>this.go(Number(this.slider.value)));let o=Object.entries(C).map(([n,i])=>a("div",{},a("dt",{class:"muted small"},i),this.numbers[n]));this.counts.append(...Object.values(this.buttons),this.spared),this.root=a("div",{class:"threshold"},a("label",{class:"slider"},a("span",{},"Threshold"),this.slider,this.value,this.best),a("dl",{class:"outcome"},...o),this.counts,this.sentence,this.charts),this.root.addEventListener("keydown",n=>n.stopPropagation()),this.charts.append(...L.map(n=>this.views[n].root)),t.append(this.root),this.go(this.step)}host;args;slider=a("input",{type:"range",min:0,step:1,"aria-label":"Threshold"});value=a("output",{class:"numbers threshold-value"});best=y("Best F1",()=>this.go(mt(this.args.data)),{class:"button quiet"});numbers=Object.fromEntries(Object.keys(C).map(t=>[t,a("dd",{class:"numbers"})]));counts=a("div",{class:"counts"});buttons;spared=a("span",{class:"muted small numbers"});sentence=a("p",{class:"visually-hidden","aria-live":"polite"});charts=a("div",{class:"pair"});root;marks={roc:{},precision_recall:{}};places={roc:0,precision_recall:0};views;step;timer;update(t){this.args=t,this.step=Math.min(this.step,this.last);for(let e of L)this.views[e].show(this.shown(e));this.go(this.step)}dispose(){clearTimeout(this.timer);for(let t of L)this.views[t].dispose();this.root.remove()}get last(){return this.args.data.true_positives.length-1}middle(){return Math.round(this.last/2)}view(t){return new k(this.host,this.shown(t),({customdata:e})=>{typeof e=="number"&&this.go(Math.round(e*this.last))})}shown(t){let e=JSON.parse(this.args.data[t]),{x:o,y:n}=this.mark(t),i=f(this.host,"--accent"),s={type:"scatter",mode:"markers",x:[o],y:[n],marker:{size:13,color:i,line:{color:f(this.host,"--paper"),width:2}},hoverinfo:"skip"};return this.marks[t]=s,this.places[t]=e.data.push(s)-1,{drawing:e,alt:`${t==="roc"?"ROC curve":"Precision-recall curve"} of ${this.args.data.subject}`,table:null,height:this.args.data.height}}mark(t){let{recall:e,precision:o,rate:n}=F(this.args.data,this.step);return t==="roc"?{x:n,y:e}:{x:e,y:o}}go(t){this.step=Math.max(0,Math.min(this.last,t)),this.slider.max=String(this.last),this.slider.value=String(this.step);let e=(this.step/Math.max(1,this.last)).toFixed(3);b(this.value,e),this.slider.setAttribute("aria-valuetext",e);let o=F(this.args.data,this.step);for(let n of Object.keys(C))b(this.numbers[n],M(o[n]));for(let n of Object.keys(z))b(this.buttons[n],`${z[n]}: ${v(o[n])}`),this.buttons[n].disabled=!this.args.data.selectable||o[n]===0;b(this.spared,`Rightly left out: ${v(o.spared)}`);for(let n of L){let{x:i,y:s}=this.mark(n);Object.assign(this.marks[n],{x:[i],y:[s]}),this.views[n].restyle({x:[[i]],y:[[s]]},[this.places[n]])}clearTimeout(this.timer),this.timer=setTimeout(()=>{let n=`Precision ${M(o.precision)}, recall ${M(o.recall)}, F1 ${M(o.f1)}`;b(this.sentence,n)},400)}want(t){this.args.setTriggerValue("clicked",{what:t,threshold:this.step/Math.max(1,this.last)})}};function M(r){return`${(100*r).toFixed(1)} %`}var $=class{constructor(t,e){this.args=e;this.view=new k(t,this.shown(),e.data.clickable?o=>this.click(o):null),t.append(this.view.root)}args;view;update(t){this.args=t,this.view.show(this.shown())}dispose(){this.view.dispose()}shown(){let{figure:t,alt:e,table:o,height:n}=this.args.data;return{drawing:JSON.parse(t),alt:e,table:o,height:n}}click(t){this.args.setTriggerValue("clicked",{curve:t.curveNumber,point:x(t.pointNumber??null),x:x(t.x),y:x(t.y),customdata:x(t.customdata)})}};function ft(r){return"true_positives"in r.data}function gt(r,t){return ft(t)?new R(r,t):new $(r,t)}var Zt=q(U,gt);export{Zt as default};
