var lt=`.studio {
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
`;function rt(i,t){let e=document.createElement("span");e.style.color=t,i.append(e);let r=getComputedStyle(e).color;e.remove();let s=r.match(/[\d.]+/g)?.map(Number)??[],n=r.startsWith("color(")?255:1;return[(s[0]??0)*n,(s[1]??0)*n,(s[2]??0)*n]}function ct([i,t,e]){let r=s=>{let n=s/255;return n<=.04045?n/12.92:((n+.055)/1.055)**2.4};return .2126*r(i)+.7152*r(t)+.0722*r(e)}function it(i){let t=ct(rt(i,"var(--st-background-color, #ffffff)"))<.4;i.dataset.theme=t?"dark":"light";let e=ct(rt(i,"var(--st-primary-color, #ff4b4b)"));i.style.setProperty("--on-accent",1.05/(e+.05)>=3?"#ffffff":"#111111")}function x(i,t){let[e,r,s]=rt(i,`var(${t})`);return`rgb(${e}, ${r}, ${s})`}var Ft=50;function ht(i,t){let e=new WeakMap;return r=>{let s=r.parentElement,n=e.get(s);if(n)it(n.host),n.instance.update(r);else{let c=document.createElement("style");c.textContent=lt+i;let h=document.createElement("div");h.className="studio",s.append(c,h),it(h),n={host:h,style:c,instance:t(h,r),turn:0},e.set(s,n)}let o=n,l=++o.turn;return()=>{setTimeout(()=>{o.turn!==l||o.host.isConnected||(o.instance.dispose(),o.host.remove(),o.style.remove(),e.delete(s))},Ft)}}}function a(i,t={},...e){let r=document.createElement(i);for(let[s,n]of Object.entries(t)){if(n===void 0||n===!1)continue;let o=n===!0&&!s.startsWith("aria-");r.setAttribute(s,o?"":String(n))}return r.append(...e),r}function S(i,t,e={}){let r=a("button",{type:"button",class:"button",...e},i);return r.addEventListener("click",t),r}function p(i,t){i.textContent!==t&&(i.textContent=t)}var Vt=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function N(i){return Vt.format(i)}function dt(i){let t=["bytes","KB","MB","GB","TB"],e=i,r=0;for(;e>=1e3&&r<t.length-1;)e/=1e3,r+=1;return`${r===0||e>=100?Math.round(e):e.toFixed(1)} ${t[r]}`}function pt(i){let t=Math.max(0,Math.round(i));if(t<60)return`${t} s`;let e=Math.floor(t/60);return e<10?`${e} min ${t%60} s`:e<60?`${e} min`:`${Math.floor(e/60)} h ${e%60} min`}var v=class extends Error{constructor(e,r,s,n){super(e);this.what=e;this.why=r;this.fix=s;this.status=n}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},gt=new URL("../",import.meta.url),Bt=2e4,ut="_streamlit_xsrf";function y(i,t={}){let e=new URL(i,gt);for(let[r,s]of Object.entries(t))s!=null&&s!==""&&e.searchParams.set(r,String(s));return e.href}function qt(){for(let i of document.cookie.split("; "))if(i.startsWith(`${ut}=`))return i.slice(ut.length+1);return""}async function Jt(){await fetch(new URL("../_stcore/health",gt),{cache:"no-store"})}function Zt(i,t){try{let{error:e}=JSON.parse(t);if(e.what)return new v(e.what,e.why,e.fix,i)}catch{}return i>=500?new v(`The studio answered with status ${i}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",i):new v(`The studio answered with status ${i}.`,"The server did not say why.","Reload the page and try again.",i)}function st(){return new v("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function mt(i,t,e){let r={};i!=="GET"&&(r["x-xsrftoken"]=qt()),e.json!==void 0&&(r["content-type"]="application/json");let s=new AbortController,n=setTimeout(()=>s.abort(),Bt),o=()=>s.abort();e.signal?.addEventListener("abort",o),e.signal?.aborted&&s.abort();let l={method:i,headers:r,credentials:"same-origin",keepalive:e.keepalive??!1,signal:s.signal};e.json!==void 0?l.body=JSON.stringify(e.json):e.body&&(l.body=e.body);try{return await fetch(t,l)}catch(c){throw e.signal?.aborted?c:st()}finally{clearTimeout(n),e.signal?.removeEventListener("abort",o)}}async function D(i,t,e={}){let r=await mt(i,t,e);if(r.status===403&&i!=="GET"&&(await Jt().catch(()=>{}),r=await mt(i,t,e)),!r.ok)throw Zt(r.status,await r.text().catch(()=>""));return r}async function E(i,t){return await(await D("GET",i,t?{signal:t}:{})).json().catch(()=>Promise.reject(st()))}async function ft(i,t,e={}){return await(await D("POST",i,{...e,json:t})).json().catch(()=>Promise.reject(st()))}function f(i){return i instanceof DOMException&&i.name==="AbortError"}function _(i){return i instanceof v?i:new v("The page could not finish this step.",i instanceof Error?i.message:String(i),"Reload the page; nothing that was saved is lost.",-1)}function Kt(i,...t){let e=a("div",{class:"notice",role:"alert"},a("p",{class:"notice-what"},i.what),a("p",{},i.why),a("p",{class:"notice-fix"},i.fix));return t.length>0&&e.append(a("div",{class:"notice-actions"},...t.map(r=>S(r.label,()=>r.run())))),e}function w(i,t,...e){if(!t){i.firstElementChild&&i.replaceChildren();return}let r=[t.what,t.why,...e.map(s=>s.label)].join(`
`);i.firstElementChild&&i.dataset.content===r||(i.dataset.content=r,i.replaceChildren(Kt(t,...e)))}function vt(i,t,e,r){return E(y("metrics",{run:i,since:t,smooth:e||null}),r)}function bt(i,[t,e],r,s,n){let o=r.join(",");return E(y("metrics",{run:i,from:t,to:e,names:o,smooth:s||null}),n)}function yt(i,t,e,r){let s=`groups/${encodeURIComponent(i)}/metrics`;return E(y(s,{since:t,smooth:e||null}),r)}function wt(i,t,e,r){return E(z(i,"observations",{since:t,kinds:e.join(",")}),r)}function xt(i,t,e){return E(z(i,"samples",{ids:t.join(",")}),e)}function kt(i,t){return ft(z(i,"histograms"),{on:t})}function Tt(i,t,e){return E(z(i,"log",{since:t}),e)}function z(i,t,e={}){return y(`runs/${encodeURIComponent(i)}/${t}`,e)}var L={displaylogo:!1,responsive:!1,modeBarButtons:[["toImage"],["zoom2d","pan2d"],["zoomIn2d","zoomOut2d","resetScale2d"]]},St={orientation:"h",x:0,xanchor:"left",traceorder:"normal"},Xt=480,Yt=10,Et=.05,Qt=24,nt={memory:{tickformat:"~s",ticksuffix:"B"},samples_per_second:{tickformat:"~s"},learning_rate:{tickformat:"~g"}};function A(i,t){return i.axis==="epochs"&&!!t}function ot({width:i,height:t,names:e}){let r=e>1,s=r&&i<Xt,n=s?Math.ceil(e/2)*Qt:0;return{width:i,height:t+n,legend:s?{...St,y:-.28,yanchor:"top"}:{...St,y:1.02,yanchor:"bottom"},"margin.t":s||!r?12:30,"margin.b":42+n}}function G(i,t){let e=x(i,"--ink"),r=x(i,"--grid-line"),s=x(i,"--paper"),n=A(t.settings,t.steps_per_epoch),o={gridcolor:r,linecolor:r,zeroline:!1,automargin:!0,tickfont:{color:e}},l=t.settings.log&&Pt(t.name),c=n?t.steps_per_epoch??1:1,h=t.range?.map(g=>g/c),{"margin.t":u,"margin.b":d,...m}=ot(t);return{...m,template:{layout:{}},uirevision:t.name,autosize:!1,paper_bgcolor:"rgba(0,0,0,0)",plot_bgcolor:"rgba(0,0,0,0)",font:{family:getComputedStyle(i).fontFamily,size:13,color:e},margin:{l:52,r:12,t:u,b:d},hovermode:"x unified",hoverlabel:{bgcolor:s,bordercolor:r,font:{color:e}},dragmode:matchMedia("(hover: none)").matches?!1:"zoom",showlegend:t.names>1,xaxis:{...o,title:{text:n?"epoch":"step",standoff:8},hoverformat:n?".2f":",d",unifiedhovertitle:{text:n?"epoch %{x}":"step %{x}"},rangemode:"tozero",...n?{}:{autorangeoptions:{include:Yt}},spikethickness:1,spikecolor:e,uirevision:n?"epochs":"steps",...h?{range:h,autorange:!1}:{}},yaxis:{...o,tickformat:"~g",nticks:6,type:l?"log":"linear",uirevision:l?"log":"linear",...te(t.name)?{autorangeoptions:{clipmin:-Et,clipmax:1+Et}}:{},...l?{dtick:"D2",exponentformat:"power"}:{},...nt[t.name],...t.name in nt?{rangemode:"tozero"}:{}},modebar:{bgcolor:"rgba(0,0,0,0)",color:r,activecolor:e}}}function te(i){return!Pt(i)&&!(i in nt)}function Pt(i){return i.includes("loss")||i.includes("error")}var ee="val_",re="epoch_",ie={top_k:"Top-k accuracy",f1:"F1",samples_per_second:"Samples a second"},P=["learning_rate","samples_per_second","memory"];function M(i){return i.replace(/^(val_|epoch_)/,"")}function k(i){return i.startsWith(ee)?"validation":i.startsWith(re)?"epoch":"training"}function Mt(i){return k(i)==="training"&&!P.includes(i)}function R(i){let t=i.replaceAll("_"," ");return ie[i]??t.charAt(0).toUpperCase()+t.slice(1)}function W(i,t){let e=["loss",...t.map(M),...P],r=s=>{let n=e.indexOf(s);return n===-1?e.length:n};return[...i].sort((s,n)=>r(s)-r(n)||s.localeCompare(n))}function U(){return window.studioPlotly??=new Promise((i,t)=>{let e=document.createElement("script");e.src=y("plotly.min.js"),e.addEventListener("load",()=>{window.Plotly?i(window.Plotly):t(_t())}),e.addEventListener("error",()=>{e.remove(),t(_t())}),document.head.append(e)}).catch(i=>{throw delete window.studioPlotly,i}),window.studioPlotly}function F(){let i=document.createElement("style"),t=document.getElementById("plotly.js-style-global");return t instanceof HTMLStyleElement&&t.sheet&&(i.textContent=Array.from(t.sheet.cssRules,e=>e.cssText).join(`
`)),i}function _t(){return new v("The charting library did not load.","The studio's server is away or restarting.","Leave the page open: it tries again by itself.",0)}var At="studio.chart",Rt=.99,se=150;function V(){let i={smoothing:0,log:!1,axis:"steps"};try{let t=JSON.parse(localStorage.getItem(At)??"{}"),e=Number(t.smoothing);e>=0&&e<=Rt&&(i.smoothing=e),i.log=t.log===!0,t.axis==="epochs"&&(i.axis="epochs")}catch{}return i}function Lt(i){try{localStorage.setItem(At,JSON.stringify(i))}catch{}}var $=class{constructor(t,e){this.settings=t;this.onChange=e;this.slider=a("input",{type:"range",min:0,max:Rt,step:.01,value:t.smoothing}),this.slider.addEventListener("input",()=>this.smooth());let r=a("input",{type:"checkbox",checked:t.log});r.addEventListener("change",()=>{t.log=r.checked,this.changed()}),this.axes={steps:S("Steps",()=>this.pick("steps"),{class:"button choice"}),epochs:S("Epochs",()=>this.pick("epochs"),{class:"button choice"})},this.axisGroup=a("div",{class:"choices",role:"group","aria-label":"Curves run over"},this.axes.steps,this.axes.epochs),this.root.append(a("label",{class:"setting"},"Smoothing",this.slider,this.shown),a("label",{class:"setting"},r,"Log scale"),this.axisGroup),this.say()}settings;onChange;root=a("div",{class:"settings",hidden:!0});slider;shown=a("output",{class:"numbers small muted"});axes;axisGroup;timer;allowEpochs(t){this.axisGroup.hidden=!t}dispose(){clearTimeout(this.timer)}pick(t){this.settings.axis!==t&&(this.settings.axis=t,this.changed())}smooth(){this.settings.smoothing=Number(this.slider.value),this.say(),clearTimeout(this.timer),this.timer=setTimeout(()=>{Lt(this.settings),this.onChange("smoothing")},se)}changed(){Lt(this.settings),this.say(),this.onChange("look")}say(){let{smoothing:t,axis:e}=this.settings;p(this.shown,t===0?"none":t.toFixed(2)),this.slider.setAttribute("aria-valuetext",t===0?"none":t.toFixed(2));for(let[r,s]of Object.entries(this.axes))s.setAttribute("aria-pressed",String(r===e))}};var ne=1e3,oe=5e3,j=class{constructor(t,e){this.host=t;this.args=e;t.append(this.root),this.root.addEventListener("keydown",r=>r.stopPropagation()),this.observer.observe(this.root),this.poll()}host;args;settings=V();bar=new $(this.settings,t=>this.changed(t));place=a("div");members=a("ul",{class:"members"});charts=a("div",{class:"charts"});root=a("div",{class:"run"},this.members,this.place,this.bar.root,this.charts);plots=new Map;observer=new ResizeObserver(()=>this.draw());stopped=new AbortController;plotly=null;news=null;width=0;cursor=0;timer;work=Promise.resolve();get group(){return this.args.data.group}update(t){this.args=t,this.width=0,this.draw()}dispose(){clearTimeout(this.timer),this.stopped.abort(),this.observer.disconnect(),this.bar.dispose();for(let{plot:t}of this.plots.values())this.plotly?.purge(t);this.root.remove()}changed(t){this.width=0,t==="look"?this.draw():(this.cursor=0,this.poll())}async poll(){clearTimeout(this.timer);let t=!0;try{this.plotly||(this.plotly=await U(),this.root.prepend(F()));let{smoothing:e}=this.settings,r=await yt(this.group,this.cursor,e,this.stopped.signal);w(this.place,null),this.list(r),r.metrics&&e===this.settings.smoothing&&(this.cursor=r.cursor,this.news=r,this.width=0,this.draw()),t=!r.terminal||e!==this.settings.smoothing}catch(e){if(f(e))return;let r=_(e);w(this.place,r,{label:"Try again",run:()=>{this.poll()}}),t=r.passing}t&&(this.timer=setTimeout(()=>{this.poll()},document.hidden?oe:ne))}list(t){for(;this.members.childElementCount<t.runs.length;)this.members.append(a("li",{},a("span"),a("span",{class:"badge"})));for(let[e,r]of t.runs.entries()){let[s,n]=this.members.children[e]?.children??[];if(!s||!(n instanceof HTMLElement))continue;p(s,r.name);let o=r.progress&&r.progress.total>0?r.progress.done/r.progress.total:0,l=r.status==="running"?` ${Math.round(100*o)} %`:"";p(n,`${r.status}${l}`),n.dataset.status=r.status}}draw(){let{plotly:t,news:e}=this;if(!t||!e?.metrics||this.root.clientWidth===this.width||(this.width=this.root.clientWidth,this.width===0))return;this.bar.root.hidden=!1,this.bar.allowEpochs(!!e.steps_per_epoch);let r=new Set(Object.keys(e.metrics).map(M).filter(o=>!P.includes(o))),s=W(r,this.args.data.metrics);this.charts.dataset.count=String(Math.min(2,s.length));for(let o of s){if(this.plots.has(o))continue;let l=a("div",{class:"plot"}),c=a("figure",{class:"chart","aria-label":`${R(o)} of all runs`},a("figcaption",{class:"chart-title"},R(o)),l);this.plots.set(o,{panel:c,plot:l,drawn:!1})}let n=s.flatMap(o=>this.plots.get(o)?.panel??[]);n.some((o,l)=>this.charts.children[l]!==o)&&this.charts.append(...n);for(let o of s)this.paint(t,o,e)}paint(t,e,r){let s=this.plots.get(e);if(!s)return;let n=Object.entries(r.metrics??{}).filter(([d])=>M(d)===e),o=n.filter(([d])=>k(d)!=="epoch"),l=(o.length>0?o:n).sort(([d],[m])=>d.length-m.length),c=l.flatMap(([d,{runs:m,spread:g}])=>this.traces(d,m,g,r)),h={name:e,width:s.plot.clientWidth,height:this.args.data.height,settings:this.settings,steps_per_epoch:r.steps_per_epoch,range:null,names:l.length},u=!s.drawn;s.drawn=!0,this.work=this.work.then(async()=>{h.width=s.plot.clientWidth;let d=G(this.host,h);u?await t.newPlot(s.plot,c,d,L):await t.react(s.plot,c,d,L)})}traces(t,e,r,s){let n=k(t)==="validation",o=n?"validation":"training",l=x(this.host,n?"--validation":"--training"),c=A(this.settings,s.steps_per_epoch)?s.steps_per_epoch??1:1,h=r.steps.map(g=>g/c),u=Object.values(e).map(g=>({x:g.map(([T])=>T/c),y:g.map(([,T])=>T),mode:"lines",line:{color:l,width:1},opacity:.45,hoverinfo:"skip",showlegend:!1})),d=g=>r.mean.map((T,Wt)=>T+g*(r.deviation[Wt]??0)),m={x:h,mode:"lines",line:{width:0,color:l},hoverinfo:"skip",showlegend:!1};return[...u,{...m,y:d(-1)},{...m,y:d(1),fill:"tonexty",fillcolor:l.replace("rgb(","rgba(").replace(")",", 0.15)")},{x:h,y:r.mean,mode:"lines",name:o,line:{color:l,width:2.5},text:r.deviation.map((g,T)=>`± ${Number(g.toPrecision(2))} of ${r.runs[T]??0} runs`),hovertemplate:`%{y:.4g} %{text}<extra>${o}, mean</extra>`}]}};var B=class{message=a("span",{class:"message"});left=a("span",{class:"muted small numbers"});fill=a("div");bar=a("div",{class:"bar",role:"progressbar","aria-label":"Progress","aria-valuemin":0,"aria-valuemax":100},this.fill);head=a("div",{class:"head",hidden:!0},this.message,this.left);roots=[this.head,this.bar];constructor(){this.bar.hidden=!0}show({status:t,terminal:e,progress:r}){this.head.hidden=this.bar.hidden=r===null||e,r&&!e&&this.describe(r,t==="running")}describe(t,e){let r=t.total>0?Math.min(1,t.done/t.total):0;if(this.fill.style.transform=`scaleX(${r})`,this.bar.setAttribute("aria-valuenow",String(Math.round(r*100))),p(this.message,t.message),p(this.left,""),!e||t.total===0)return;let s=[`${N(t.done)} of ${N(t.total)} ${t.unit}`];t.seconds_left!==null&&t.seconds_left!==void 0&&s.push(`about ${pt(t.seconds_left)} left`),p(this.left,s.join(" · "))}},q=class{kind=a("strong",{class:"verdict-kind",role:"status"});sentence=a("span");evidence=a("span",{class:"muted small numbers"});root=a("div",{class:"verdict",hidden:!0},this.kind,a("div",{},this.sentence," ",this.evidence));show(t){this.root.hidden=!t,t&&(this.root.dataset.kind=t.kind,p(this.kind,t.kind),p(this.sentence,t.sentence),p(this.evidence,t.evidence))}},ae={mixed_bfloat16:"bfloat16",mixed_float16:"float16"};function $t(i){let{precision:t,reason:e,device:r,kind:s,cores:n}=i.body,o=ae[String(t)]??String(t??"float32"),l=n===1?"1 core":`${String(n)} cores`,c=s==="GPU"?String(r):`${l}${r?` (${String(r)})`:""}`;return`Computes in ${o} on ${c}${e?`, because ${String(e)}`:""}.`}function Ot(i){return i.terminal?["No curves","This run recorded no metrics. Its log may say why."]:i.status==="queued"?["Waiting in the queue",i.waits_for||"The run starts as soon as a worker is free."]:i.status==="paused"?["Paused","The run goes on when it is resumed."]:["Starting","The first points appear after the first steps."]}var le=500,ce=1e3,he=24,J=class{constructor(t){this.run=t;this.text.textContent="No line yet.",this.panel.append(a("summary",{},"Log"),this.text),this.panel.addEventListener("toggle",()=>{this.panel.open?this.poll():clearTimeout(this.timer)})}run;panel=a("details",{class:"log"});text=a("pre",{tabindex:0,"aria-label":"Log"});lines=[];cursor=0;terminal=!1;timer;stopped=new AbortController;finish(){this.terminal||(this.terminal=!0,this.panel.open&&this.poll())}dispose(){clearTimeout(this.timer),this.stopped.abort()}async poll(){clearTimeout(this.timer);try{let t=await Tt(this.run,this.cursor,this.stopped.signal);t.cursor!==this.cursor&&this.show(t.lines),this.cursor=t.cursor}catch(t){if(f(t))return}this.panel.open&&!this.terminal&&!this.stopped.signal.aborted&&(this.timer=setTimeout(()=>{this.poll()},ce))}show(t){let{scrollHeight:e,scrollTop:r,clientHeight:s}=this.text,n=e-r-s<he;this.lines=[...this.lines,...t].slice(-le),this.text.textContent=this.lines.join(`
`),n&&(this.text.scrollTop=this.text.scrollHeight)}};var H=class{constructor(t){this.history=t}history;detail=null;get lastStep(){return this.history.at(-1)?.[0]??-1/0}get lastValue(){for(let t=this.history.length-1;t>=0;t-=1){let e=this.history[t]?.[1];if(e!=null)return e}return null}replace(t){this.history=t}append(t){this.history.push(...t)}show(t,e=[]){let r=t?Math.min(t[1],e.at(-1)?.[0]??t[0]):0;this.detail=t&&e.length>0?{from:t[0],to:r,points:e}:null}get points(){if(!this.detail)return this.history;let{from:t,to:e,points:r}=this.detail,s=this.history.filter(([o])=>o<t),n=this.history.filter(([o])=>o>e);return[...s,...r,...n]}};function Nt(i,t,e){let r=e;return i.map(([s,n])=>n===null?[s,null]:(r=r===null?n:t*r+(1-t)*n,[s,r]))}var b="~",de=120,pe={training:"training",epoch:"whole epoch",validation:"validation"},ue=["training","epoch","validation"],Z=class{constructor(t,e,r,s,n,o){this.plotly=t;this.host=e;this.name=r;this.height=s;this.settings=n;this.onZoom=o;this.panel=a("figure",{class:"chart","aria-label":`${R(r)} by step`},a("figcaption",{class:"chart-title"},R(r)),this.plot),this.observer=new ResizeObserver(()=>{this.plot.clientWidth!==0&&(this.stale?this.redraw():this.drawn&&this.queue(()=>this.plotly.relayout(this.plot,ot(this.frame()))))}),this.observer.observe(this.panel)}plotly;host;name;height;settings;onZoom;panel;plot=a("div",{class:"plot"});lines=new Map;thinned=new Set;steps_per_epoch=null;range=null;drawn=!1;stale=!1;listening=!1;work=Promise.resolve();observer;get metrics(){return[...this.lines.keys()].filter(t=>!t.endsWith(b))}get hasMore(){return this.thinned.size>0}lastStep(t){return this.lines.get(t)?.lastStep??-1/0}lastValue(t){return this.lines.get(t)?.lastValue??null}draw(t,e,r,s){this.steps_per_epoch=s,this.thinned=new Set(r.filter(o=>o in t));let n=new Map(Object.entries(t));for(let[o,l]of Object.entries(e))n.set(o+b,l);for(let o of this.lines.keys())n.has(o)||this.lines.delete(o);for(let[o,l]of n){let c=this.lines.get(o);c?c.replace(l):this.lines.set(o,new H(l))}this.sort(),this.redraw()}extend(t){let e=new Map;for(let[l,c]of Object.entries(t)){if(c.length===0)continue;e.set(l,c);let{smoothing:h}=this.settings;if(h>0&&Mt(l)){let u=this.lines.get(l+b)?.lastValue??null;e.set(l+b,Nt(c,h,u))}}let r=!1;for(let[l,c]of e){let h=this.lines.get(l);h?h.append(c):this.lines.set(l,new H([...c])),r||=!h}if(r&&this.sort(),r||!this.drawn||this.plot.clientWidth===0){this.redraw();return}let s={x:[],y:[],text:[]};for(let l of e.values()){let{x:c,y:h,text:u}=this.values(l);s.x.push(c),s.y.push(h),s.text.push(u)}let n=[...this.lines.keys()],o=[...e.keys()].map(l=>n.indexOf(l));this.queue(()=>this.plotly.extendTraces(this.plot,s,o))}detail(t,e={},r={}){for(let[s,n]of this.lines){let o=s.endsWith(b)?r:e;n.show(t,o[s.replace(b,"")])}this.redraw()}restyle(t){this.height=t,this.drawn&&this.redraw()}dispose(){this.observer.disconnect(),this.plotly.purge(this.plot)}sort(){let t=r=>ue.indexOf(k(r))+(r.endsWith(b)?.5:0),e=[...this.lines].sort(([r],[s])=>t(r)-t(s));this.lines.clear();for(let[r,s]of e)this.lines.set(r,s)}frame(){return{name:this.name,width:this.plot.clientWidth,height:this.height,settings:this.settings,steps_per_epoch:this.steps_per_epoch,range:this.range,names:this.lines.size}}redraw(){if(this.stale=this.plot.clientWidth===0,this.stale||this.lines.size===0)return;let t=!this.drawn;this.drawn=!0,this.queue(async()=>{let e=[...this.lines].map(([s,n])=>this.trace(s,n.points)),r=G(this.host,this.frame());t?await this.plotly.newPlot(this.plot,e,r,L):await this.plotly.react(this.plot,e,r,L),this.listen()})}listen(){this.listening||(this.listening=!0,this.plot.on?.("plotly_relayout",t=>{let[e,r]=[Number(t["xaxis.range[0]"]),Number(t["xaxis.range[1]"])],n=A(this.settings,this.steps_per_epoch)?this.steps_per_epoch??1:1;Number.isFinite(e)&&Number.isFinite(r)?(this.range=[e*n,r*n],this.onZoom(this,[Math.max(0,Math.floor(e*n)),Math.max(0,Math.ceil(r*n))])):t["xaxis.autorange"]===!0&&(this.range=null,this.onZoom(this,null))}))}queue(t){return this.work=this.work.then(t),this.work}values(t){let e=this.steps_per_epoch,r=A(this.settings,e);return{x:t.map(([s])=>r&&e?s/e:s),y:t.map(([,s])=>s),text:t.map(([s])=>e&&!r?` · epoch ${Math.max(1,Math.ceil(s/e))}`:"")}}trace(t,e){let r=t.replace(b,""),s=t.endsWith(b),n=k(r),o=s?"smoothed":pe[n],l=x(this.host,n==="validation"?"--validation":"--training"),c=!s&&(this.lines.has(r+b)||n==="training"&&this.hasEpochs());return{type:"scatter",mode:n==="training"||e.length>de?"lines":"lines+markers",name:o,...this.values(e),hovertemplate:`%{y:.4g}%{text}<extra>${o}</extra>`,opacity:c&&n==="training"?.4:1,line:{color:l,width:c?1.5:2,dash:n==="epoch"?"dot":"solid"},marker:{color:l,size:e.length>40?4:6,symbol:n==="epoch"?"diamond":"circle"}}}hasEpochs(){return this.metrics.some(t=>k(t)==="epoch"&&this.lastStep(t)>0)}};var K=class{constructor(t,e,r){this.host=t;this.settings=e;this.onZoom=r}host;settings;onZoom;front=a("div",{class:"charts"});behind=a("div",{class:"charts"});now=a("span",{class:"small numbers"});machine=a("details",{class:"fold",hidden:!0},a("summary",{},a("span",{},"Machine"),this.now),this.behind);charts=new Map;get size(){return this.charts.size}repeats(t){return Object.entries(t).some(([e,r])=>{let s=r[0],n=this.charts.get(M(e));return s!==void 0&&n!==void 0&&s[0]<=n.lastStep(e)})}paint(t,e,r,s,n){let o=new Map,l=0;for(let[h,u]of Object.entries(e.points)){if(u.length===0)continue;let d=M(h);o.set(d,{...o.get(d),[h]:u}),l+=u.length}let c=!1;for(let[h,u]of o){let d=this.charts.get(h);if(d||(d=new Z(t,this.host,h,n,this.settings,this.onZoom),this.charts.set(h,d),c=!0),!r&&!c)d.extend(u);else{let m=Object.entries(e.smoothed??{}).filter(([g])=>g in u);d.draw(u,Object.fromEntries(m),e.thinned??[],e.steps_per_epoch)}}return c&&this.arrange(s),this.say(),r?0:l}restyle(t){for(let e of this.charts.values())e.restyle(t)}dispose(){for(let t of this.charts.values())t.dispose()}arrange(t){let e=W(this.charts.keys(),t);for(let[r,s]of[[this.front,e.filter(n=>!P.includes(n))],[this.behind,e.filter(n=>P.includes(n))]]){r.dataset.count=String(Math.min(2,s.length));for(let[n,o]of s.entries()){let l=this.charts.get(o)?.panel,c=r.children[n];l&&c!==l&&r.insertBefore(l,c??null)}}this.machine.hidden=this.behind.childElementCount===0}say(){let t=o=>this.charts.get(o)?.lastValue(o)??null,[e,r,s]=[t("learning_rate"),t("samples_per_second"),t("memory")],n=[];r!==null&&n.push(`${N(r)} samples a second`),s!==null&&n.push(dt(s)),e!==null&&n.push(`learning rate ${Number(e.toPrecision(3))}`),p(this.now,n.join(" · "))}};var O=class{constructor(t,e){this.onChange=e;this.slider.setAttribute("aria-label",`Epoch of the ${t}`),this.slider.addEventListener("input",()=>{this.following=this.place===this.order.length-1,this.show()})}onChange;slider=a("input",{type:"range",min:0,max:0,step:1,value:0});label=a("output",{class:"numbers"});root=a("label",{class:"timeline"},this.label,this.slider);seen=new Map;order=[];following=!0;get all(){return this.order.flatMap(t=>this.seen.get(t)??[])}get size(){return this.order.length}add(t){if(t.length===0)return;let e=this.order[this.place];for(let s of t)this.seen.set(s.step,s);this.order=[...this.seen.keys()].sort((s,n)=>s-n),this.slider.max=String(this.order.length-1);let r=this.following?this.order.length-1:this.order.indexOf(e??0);this.slider.value=String(Math.max(0,r)),this.root.hidden=this.order.length<2,this.show()}get place(){return Number(this.slider.value)}show(){let t=this.seen.get(this.order[this.place]??NaN);if(!t)return;let e=`Epoch ${String(t.body.epoch??"")}`;p(this.label,e),this.slider.setAttribute("aria-valuetext",e),this.onChange(t)}};var me=["weights","gradients"],Ht=240,C=64,Ct="http://www.w3.org/2000/svg",Y=class{constructor(t,e){this.run=t;this.timeline.root.hidden=!0,this.root.addEventListener("toggle",e),this.say()}run;hint=a("p",{class:"muted"});place=a("div");list=a("div",{class:"layers"});timeline=new O("histograms",t=>this.show(t));ask=S("Record histograms",()=>{this.toggle()});root=a("details",{class:"fold"},a("summary",{},a("span",{},"Weights and gradients")),a("div",{class:"fold-head"},this.hint,this.ask),this.place,this.timeline.root,this.list);on=!1;terminal=!1;get open(){return this.root.open}add(t,e){this.timeline.add(t),this.terminal=e,this.say()}say(){this.ask.hidden=this.terminal,p(this.ask,this.on?"Stop recording":"Record histograms"),this.timeline.size>0?p(this.hint,"The thin line is how it was at first."):this.terminal?p(this.hint,"This run kept no histograms. They can be switched on in the settings of a training, or here while it runs."):this.on?p(this.hint,"The first ones appear at the end of the epoch."):p(this.hint,"Shows whether layers still learn. Recording takes a moment at each epoch's end.")}async toggle(){this.ask.disabled=!0;try{this.on=(await kt(this.run,!this.on)).on,w(this.place,null)}catch(t){w(this.place,_(t))}this.ask.disabled=!1,this.say()}show(t){let e=this.timeline.all,r=t.body.layers,s=e[0]?.body.layers,n=r.map(o=>{let l=s?.find(h=>h.name===o.name),c=a("figure",{class:"layer"},a("figcaption",{},o.name));for(let h of me){let u=o[h];if(!u)continue;let d=e.length>1?l?.[h]??null:null,m=ge(e,o.name,h);c.append(fe(u,d,m,h,o.name))}return c});this.list.replaceChildren(...n)}};function ge(i,t,e){let[r,s]=[1/0,-1/0];for(let n of i)for(let o of n.body.layers){let l=o.name===t?o[e]?.edges:void 0;l&&(r=Math.min(r,l[0]??r),s=Math.max(s,l.at(-1)??s))}return s>r?[r,s]:[r-1,s+1]}function fe(i,t,e,r,s){let n=document.createElementNS(Ct,"svg");return n.setAttribute("viewBox",`0 0 ${Ht} ${C}`),n.setAttribute("preserveAspectRatio","none"),n.setAttribute("role","img"),n.setAttribute("aria-label",`${r} of ${s}, from ${X(i.edges[0])} to ${X(i.edges.at(-1))}`),n.append(jt(i,e,`bars ${r}`)),t&&n.append(jt(t,e,"ghost")),a("div",{class:"histogram"},a("span",{class:"small muted"},r),n,a("div",{class:"ends small muted numbers"},a("span",{},X(e[0])),a("span",{},X(e[1]))))}function jt({edges:i,counts:t},[e,r],s){let n=t.map((d,m)=>d/Math.max((i[m+1]??0)-(i[m]??0),1e-12)),o=Math.max(...n,1e-12),l=d=>((d-e)/(r-e)*Ht).toFixed(1),c=d=>(C-d/o*(C-2)).toFixed(1),h=`M${l(i[0]??e)},${C}`;n.forEach((d,m)=>{h+=`L${l(i[m]??0)},${c(d)}L${l(i[m+1]??0)},${c(d)}`});let u=document.createElementNS(Ct,"path");return u.setAttribute("d",`${h}L${l(i.at(-1)??r)},${C}Z`),u.setAttribute("class",s),u}function X(i){return i===void 0?"":String(Number(i.toPrecision(2)))}var ve=16,Q=class i{constructor(t,e,r,s,n){this.url=t;this.columns=e;this.rows=r;this.cellWidth=s;this.cellHeight=n}url;columns;rows;cellWidth;cellHeight;static async load(t,e,r){let s=y("sprite",{samples:t,ids:e.join(",")}),n=await D("GET",s,r?{signal:r}:{}),o=URL.createObjectURL(await n.blob()),l=new Image;l.src=o,await l.decode();let c=Math.min(ve,e.length),h=Math.ceil(e.length/c);return new i(o,c,h,l.naturalWidth/c,l.naturalHeight/h)}paint(t,e,r){let s=r/Math.max(this.cellWidth,this.cellHeight),n=this.cellWidth*s,o=this.cellHeight*s,l=e%this.columns,c=Math.floor(e/this.columns);t.style.width=`${n}px`,t.style.height=`${o}px`,t.style.backgroundImage=`url("${this.url}")`,t.style.backgroundSize=`${this.columns*n}px ${this.rows*o}px`,t.style.backgroundPosition=`${-l*n}px ${-c*o}px`,t.classList.toggle("crisp",Math.max(this.cellWidth,this.cellHeight)<=64)}dispose(){URL.revokeObjectURL(this.url)}};var be=72,tt=class{constructor(t){this.run=t}run;score=a("span",{class:"small numbers"});list=a("ul",{class:"subjects"});timeline=new O("predictions",t=>this.show(t));root=a("details",{class:"fold",open:!0,hidden:!0},a("summary",{},a("span",{},"Predictions"),this.score),this.timeline.root,this.list);tiles=[];shown=null;key="";subjects=null;sprite=null;stopped=new AbortController;add(t){this.timeline.add(t),this.root.hidden=this.timeline.size===0}dispose(){this.stopped.abort(),this.sprite?.dispose()}show(t){this.shown=t;let e=t.body;this.lay(e.samples);let r=0;for(let[s,n]of this.tiles.entries()){let o=e.true[s]??-1,l=e.top[s]??[],c=l[0]?.[0]===o;c&&(r+=1),n.root.dataset.right=String(c),n.answers.replaceChildren(...this.answers(o,l)),this.paintHistory(n,s)}p(this.score,`${r} of ${e.samples.length} right`)}lay(t){let e=t.join(",");e!==this.key&&(this.key=e,this.tiles=t.map(()=>{let r=a("div",{class:"subject-picture"}),s=a("div",{class:"answers"}),n=a("div",{class:"history",role:"img"});return{root:a("li",{class:"subject"},r,s,n),picture:r,answers:s,history:n}}),this.list.replaceChildren(...this.tiles.map(r=>r.root)),this.load(t))}async load(t){try{this.subjects=await xt(this.run,t,this.stopped.signal);let{texts:e}=this.subjects;this.list.classList.toggle("texts",e!==null),e||(this.sprite?.dispose(),this.sprite=await Q.load(this.subjects.samples_digest,t,this.stopped.signal));for(let[r,s]of this.tiles.entries())if(e)s.picture.textContent=e[r]??"";else{let n=a("div",{class:"cell"});this.sprite?.paint(n,r,be),s.picture.replaceChildren(n)}}catch(e){if(f(e))return}this.shown&&this.show(this.shown)}className(t){return typeof t=="number"?this.subjects?.class_names[t]??`class ${t}`:t}answers(t,e){let r=e.map(([l,c])=>{let h=Math.round(100*c),u=a("span",{class:"answer-fill"});u.style.width=`${h}%`;let d=a("div",{class:"answer",title:`${this.className(l)}: ${h} %`},u,a("span",{class:"answer-name"},this.className(l)),a("span",{class:"numbers"},`${h} %`));return l===t&&d.classList.add("true"),d}),s=e[0]?.[0]===t,n=a("span",{class:"mark","aria-hidden":!0},s?"✓":"✗"),o=a("div",{class:"subject-title"},n,`${this.className(t)}`);return o.title=`It is ${this.className(t)}; the model is ${s?"right":"wrong"}.`,[o,...r]}paintHistory(t,e){let r=this.timeline.all.map(o=>{let l=o.body;return l.top[e]?.[0]?.[0]===l.true[e]});t.history.hidden=r.length<2;let s=r.filter(Boolean).length;t.history.setAttribute("aria-label",`Right after ${s} of ${r.length} epochs`),t.history.title=`Right after ${s} of ${r.length} epochs`;let n=r.map((o,l)=>`${o?"var(--right)":"var(--wrong)"} ${100*l/r.length}% ${100*(l+1)/r.length}%`);t.history.style.backgroundImage=`linear-gradient(to right, ${n.join(", ")})`}};var ye=1e3,It=5e3,we=["engine","predictions"],et=class{constructor(t,e){this.run=t;this.engine=e;this.predictions=new tt(t),this.histograms=new Y(t,()=>{this.poll()}),this.poll()}run;engine;predictions;histograms;cursors={always:0,histograms:0};terminal=!1;over=!1;polling=!1;timer;stopped=new AbortController;finish(){this.terminal||(this.terminal=!0,this.poll())}dispose(){clearTimeout(this.timer),this.stopped.abort(),this.predictions.dispose()}async poll(){if(this.polling||this.stopped.signal.aborted)return;clearTimeout(this.timer),this.polling=!0;let t=this.terminal,e=document.hidden?It:ye;try{this.over||this.take(await this.fetch("always",we));let r=this.histograms.open?await this.fetch("histograms",["histograms"]):[];this.histograms.add(r,t),this.over=t}catch(r){if(f(r))return;e=It}finally{this.polling=!1}(!this.over||this.terminal!==t)&&(this.timer=setTimeout(()=>{this.poll()},e))}async fetch(t,e){let r=await wt(this.run,this.cursors[t],e,this.stopped.signal);return this.cursors[t]=r.cursor,r.observations}take(t){let e=t.filter(r=>r.kind==="engine").at(-1);e&&p(this.engine,$t(e)),this.predictions.add(t.filter(r=>r.kind==="predictions"))}};var Dt=500,xe=100,ke=1e3,Te=5e3,Se=1e4,Ee=150,Pe=6e3,I=class{constructor(t,e){this.args=e;let r=a("div",{class:"engine muted small"});this.log=new J(e.data.run),this.watcher=new et(e.data.run,r),this.panels=new K(t,this.settings,(s,n)=>this.zoom(s,n)),this.root.append(...this.progress.roots,this.judgement.root,r,this.place,this.waiting,this.bar.root,this.panels.front,this.panels.machine,this.watcher.predictions.root,this.watcher.histograms.root,this.log.panel),this.root.addEventListener("keydown",s=>s.stopPropagation()),t.append(this.root),this.wait("Loading the curves",""),this.watcher.histograms.root.hidden=!0,document.addEventListener("visibilitychange",this.onVisible),this.poll()}args;log;watcher;panels;settings=V();bar=new $(this.settings,t=>this.changed(t));progress=new B;judgement=new q;root=a("div",{class:"run"});place=a("div");waiting=a("div",{class:"empty"});stopped=new AbortController;zooms=new Map;zoomed=new Map;onVisible=()=>{!document.hidden&&!this.over&&this.schedule(0)};plotly=null;timer;polling=!1;asked=0;cursor=0;appended=0;failures=0;over=!1;lastLook=!1;restart=!1;status=null;get run(){return this.args.data.run}update(t){this.args=t,this.panels.restyle(t.data.height)}dispose(){clearTimeout(this.timer);for(let t of this.zooms.values())clearTimeout(t);document.removeEventListener("visibilitychange",this.onVisible),this.stopped.abort(),this.bar.dispose(),this.log.dispose(),this.watcher.dispose(),this.panels.dispose(),this.root.remove()}schedule(t){clearTimeout(this.timer),this.timer=setTimeout(()=>{this.poll()},t)}async poll(){if(!(this.polling||this.stopped.signal.aborted)){clearTimeout(this.timer),this.polling=!0,this.asked=performance.now();try{this.plotly||(this.plotly=await U(),this.root.prepend(F())),this.restart&&(this.cursor=this.appended=0),this.restart=!1;let t=this.cursor,{smoothing:e}=this.settings,r=await vt(this.run,t,e,this.stopped.signal);this.failures=0,w(this.place,null),t>0&&e!==this.settings.smoothing&&(this.restart=!0),this.take(r,t),this.restart&&this.schedule(0)}catch(t){if(f(t))return;this.failed(_(t))}finally{this.polling=!1}}}failed(t){w(this.place,t,{label:"Try again",run:()=>this.schedule(0)}),this.panels.size===0&&(this.waiting.hidden=!0),t.passing&&(this.failures+=1,this.schedule(Math.min(Se,500*2**this.failures)))}take(t,e){if(!this.plotly)return;if(e>0&&this.panels.repeats(t.points)||this.appended>Pe){this.restart=!0;return}this.cursor=t.cursor;let{metrics:r,height:s}=this.args.data;if(this.appended+=this.panels.paint(this.plotly,t,e===0,r,s),e===0)for(let[n,o]of this.zoomed)this.zoom(n,o);if(this.describe(t),t.terminal&&this.lastLook)this.over=!0,this.log.finish(),this.watcher.finish();else{this.lastLook=t.terminal;let n=this.panels.size>0?Dt:ke,o=t.terminal?Dt:document.hidden?Te:n;this.schedule(Math.max(xe,o-(performance.now()-this.asked)))}this.tell(t)}tell(t){t.status===this.status||t.terminal&&!this.over||(this.status=t.status,this.args.setStateValue("status",{run:this.run,status:t.status}))}changed(t){t==="look"?this.panels.restyle(this.args.data.height):(this.restart=!0,this.schedule(0))}zoom(t,e){clearTimeout(this.zooms.get(t)),e?this.zoomed.set(t,e):this.zoomed.delete(t),e?t.hasMore&&this.zooms.set(t,setTimeout(()=>{this.look(t,e)},Ee)):t.detail(null)}async look(t,e){try{let{smoothing:r}=this.settings,{signal:s}=this.stopped,n=await bt(this.run,e,t.metrics,r,s);this.zoomed.get(t)===e&&t.detail(e,n.points,n.smoothed)}catch(r){if(f(r))return}}describe(t){this.progress.show(t);let e=t.status==="failed"&&t.verdict?.kind==="warming up";this.judgement.show(e?null:t.verdict);let r=this.panels.size>0;this.bar.root.hidden=!r,this.bar.allowEpochs(!!t.steps_per_epoch),this.watcher.histograms.root.hidden=!r,r?this.waiting.hidden=!0:this.wait(...Ot(t))}wait(t,e){this.waiting.hidden=!1,this.waiting.dataset.text!==t+e&&(this.waiting.dataset.text=t+e,p(this.waiting,""),this.waiting.append(a("strong",{},t),a("span",{},e)))}};var zt=`.studio {
  --training: var(--st-blue-color, #1c83e1);
  --validation: var(--st-orange-color, #e07a00);
  --right: color-mix(in srgb, var(--good) 75%, var(--paper));
  --wrong: color-mix(in srgb, var(--ink) 16%, var(--paper));
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
.head[hidden] {
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
.badge[data-status="paused"],
.badge[data-status="queued"] {
  color: var(--muted);
}
.badge[data-status="completed"] {
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
.verdict {
  display: grid;
  grid-template-columns: auto minmax(0, 1fr);
  gap: 0.1rem 0.75rem;
  align-items: baseline;
  padding: 0.55rem 0.8rem;
  border-left: 3px solid var(--tone);
  border-radius: var(--radius);
  background: color-mix(in srgb, var(--tone) 9%, transparent);
  --tone: var(--muted);
}
.verdict[data-kind="converging"] {
  --tone: var(--good);
}
.verdict[data-kind="plateau"],
.verdict[data-kind="overfitting"] {
  --tone: var(--warn);
}
.verdict[data-kind="diverging"] {
  --tone: var(--bad);
}
.verdict-kind {
  color: var(--tone);
}
.verdict-kind::first-letter {
  text-transform: uppercase;
}
.engine {
  overflow-wrap: anywhere;
}
.settings {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.3rem 1.5rem;
  min-height: 2.5rem;
}
.setting,
.timeline {
  display: inline-flex;
  align-items: center;
  gap: 0.5rem;
  min-height: 2.2rem;
}
.setting input,
.timeline input {
  accent-color: var(--accent);
}
.setting output {
  min-width: 2.4rem;
}
.setting input[type="range"] {
  width: 7rem;
}
.setting input[type="checkbox"] {
  width: 1.05rem;
  height: 1.05rem;
}
.choices {
  display: inline-flex;
  gap: 0;
}
.choice {
  min-height: 2.1rem;
  padding: 0.1rem 0.7rem;
  border-radius: 0;
}
.choice:first-child {
  border-radius: var(--radius) 0 0 var(--radius);
}
.choice:last-child {
  margin-left: -1px;
  border-radius: 0 var(--radius) var(--radius) 0;
}
.choice[aria-pressed="true"] {
  background: color-mix(in srgb, var(--ink) 12%, var(--paper));
  font-weight: 600;
}
.fold > summary,
.log summary {
  width: fit-content;
  max-width: 100%;
  padding: 0.35rem 0.3rem;
  border-radius: 0.3rem;
  color: var(--muted);
  cursor: pointer;
}
.fold > summary > span + span {
  margin-left: 0.75rem;
}
.fold > summary > span:first-child,
.log summary {
  color: var(--ink);
  font-weight: 600;
}
.fold[open] > summary {
  margin-bottom: 0.3rem;
}
.fold-head {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.4rem 1rem;
}
.timeline {
  display: flex;
  max-width: 28rem;
}
.timeline output {
  min-width: 5.5rem;
}
.timeline input {
  flex: 1;
  min-width: 0;
}
.subjects,
.members {
  margin: 0.3rem 0 0;
  padding: 0;
  list-style: none;
}
.subjects {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr));
  gap: 0.9rem 1.2rem;
}
.subject {
  display: grid;
  grid-template-columns: 72px minmax(0, 1fr);
  gap: 0.35rem 0.7rem;
  align-items: start;
  min-width: 0;
}
.subject-picture {
  display: grid;
  place-items: center;
  width: 72px;
  height: 72px;
  overflow: hidden;
  border-radius: 6px;
  background: #000000;
}
.cell {
  background-repeat: no-repeat;
}
.cell.crisp {
  image-rendering: pixelated;
}
.texts .subject {
  grid-template-columns: minmax(0, 1fr);
}
.texts .subject-picture {
  display: -webkit-box;
  width: auto;
  height: auto;
  padding: 0.4rem 0.6rem;
  background: var(--soft);
  font-size: 0.85rem;
  overflow-wrap: anywhere;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 4;
}
.subject-title {
  overflow: hidden;
  font-weight: 600;
  line-height: 1.3;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.mark {
  display: inline-block;
  width: 1.1em;
  color: var(--bad);
}
.subject[data-right="true"] .mark {
  color: var(--good);
}
.answer {
  position: relative;
  display: flex;
  justify-content: space-between;
  gap: 0.5rem;
  padding: 0 0.3rem;
  overflow: hidden;
  border-radius: 3px;
  font-size: 0.78rem;
  line-height: 1.25rem;
}
.answer-fill {
  position: absolute;
  inset: 1px auto 1px 0;
  border-radius: 3px;
  background: color-mix(in srgb, var(--ink) 14%, transparent);
}
.answer.true .answer-fill {
  background: color-mix(in srgb, var(--good) 30%, transparent);
}
.answer > :not(.answer-fill) {
  position: relative;
}
.answer-name {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.history {
  grid-column: 1 / -1;
  height: 4px;
  border-radius: 2px;
}
.layers {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr));
  gap: 1rem 1.5rem;
  margin-top: 0.4rem;
}
.layer {
  min-width: 0;
  margin: 0;
}
.layer figcaption {
  font-weight: 600;
  overflow-wrap: anywhere;
}
.histogram svg {
  display: block;
  width: 100%;
  height: 64px;
  border-bottom: 1px solid var(--grid-line);
}
.bars.weights {
  fill: color-mix(in srgb, var(--training) 60%, transparent);
}
.bars.gradients {
  fill: color-mix(in srgb, var(--validation) 60%, transparent);
}
.ghost {
  fill: none;
  stroke: var(--muted);
  stroke-width: 1;
  vector-effect: non-scaling-stroke;
}
.ends {
  display: flex;
  justify-content: space-between;
}
.members {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem 1.2rem;
}
.members li {
  display: inline-flex;
  align-items: center;
  gap: 0.5rem;
  overflow-wrap: anywhere;
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
@container (max-width: 480px) {
  .verdict {
    grid-template-columns: minmax(0, 1fr);
  }
}
@container (min-width: 860px) {
  .charts[data-count="2"] {
    grid-template-columns: repeat(2, minmax(0, 1fr));
  }
}
`;function Gt(i){return"group"in i.data}var at=class{constructor(t,e){this.host=t;this.view=this.make(e)}host;view;update(t){let{view:e}=this;if(Gt(t)){if(e instanceof j&&e.group===t.data.group)return e.update(t)}else if(e instanceof I&&e.run===t.data.run)return e.update(t);e.dispose(),this.view=this.make(t)}dispose(){this.view.dispose()}make(t){return Gt(t)?new j(this.host,t):new I(this.host,t)}},si=ht(zt,(i,t)=>new at(i,t));export{si as default};
