function a(r,t={},...e){let n=document.createElement(r);for(let[i,o]of Object.entries(t)){if(o===void 0||o===!1)continue;let s=o===!0&&!i.startsWith("aria-");n.setAttribute(i,s?"":String(o))}return n.append(...e),n}function p(r,t,e={}){let n=a("button",{type:"button",class:"button",...e},r);return n.addEventListener("click",t),n}function c(r,t){r.textContent!==t&&(r.textContent=t)}var Y=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});var u=class extends Error{constructor(e,n,i,o){super(e);this.what=e;this.why=n;this.fix=i;this.status=o}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},w=new URL("../",import.meta.url),H=2e4,b="_streamlit_xsrf";function y(r,t={}){let e=new URL(r,w);for(let[n,i]of Object.entries(t))i!=null&&i!==""&&e.searchParams.set(n,String(i));return e.href}function I(){for(let r of document.cookie.split("; "))if(r.startsWith(`${b}=`))return r.slice(b.length+1);return""}async function O(){await fetch(new URL("../_stcore/health",w),{cache:"no-store"})}function j(r,t){try{let{error:e}=JSON.parse(t);if(e.what)return new u(e.what,e.why,e.fix,r)}catch{}return r>=500?new u(`The studio answered with status ${r}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",r):new u(`The studio answered with status ${r}.`,"The server did not say why.","Reload the page and try again.",r)}function x(){return new u("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function v(r,t,e){let n={};r!=="GET"&&(n["x-xsrftoken"]=I()),e.json!==void 0&&(n["content-type"]="application/json");let i=new AbortController,o=setTimeout(()=>i.abort(),H),s=()=>i.abort();e.signal?.addEventListener("abort",s),e.signal?.aborted&&i.abort();let l={method:r,headers:n,credentials:"same-origin",keepalive:e.keepalive??!1,signal:i.signal};e.json!==void 0?l.body=JSON.stringify(e.json):e.body&&(l.body=e.body);try{return await fetch(t,l)}catch(m){throw e.signal?.aborted?m:x()}finally{clearTimeout(o),e.signal?.removeEventListener("abort",s)}}async function F(r,t,e={}){let n=await v(r,t,e);if(n.status===403&&r!=="GET"&&(await O().catch(()=>{}),n=await v(r,t,e)),!n.ok)throw j(n.status,await n.text().catch(()=>""));return n}async function k(r,t,e={}){return await(await F("POST",r,{...e,json:t})).json().catch(()=>Promise.reject(x()))}function E(r){return r instanceof DOMException&&r.name==="AbortError"}function T(r){return r instanceof u?r:new u("The page could not finish this step.",r instanceof Error?r.message:String(r),"Reload the page; nothing that was saved is lost.",-1)}function N(r,...t){let e=a("div",{class:"notice",role:"alert"},a("p",{class:"notice-what"},r.what),a("p",{},r.why),a("p",{class:"notice-fix"},r.fix));return t.length>0&&e.append(a("div",{class:"notice-actions"},...t.map(n=>p(n.label,()=>n.run())))),e}function R(r,t,...e){if(!t){r.firstElementChild&&r.replaceChildren();return}let n=[t.what,t.why,...e.map(i=>i.label)].join(`
`);r.firstElementChild&&r.dataset.content===n||(r.dataset.content=n,r.replaceChildren(N(t,...e)))}var P=120,U=2e3,_=5,z=new Intl.NumberFormat("en-US",{style:"percent",maximumFractionDigits:1}),h=class{constructor(t,e,n,i){this.endpoint=n;this.question=i;this.emptyState=a("div",{class:"empty"},a("strong",{},t),a("span",{},e)),this.panel.append(this.place,this.emptyState,this.bars,this.timing),this.refresh()}endpoint;question;panel=a("section",{class:"side","aria-label":"What the model says"});emptyState;bars=a("ol",{class:"bars","aria-live":"polite"});timing=a("p",{class:"muted small numbers timing"});place=a("div");timer;inFlight=null;answer=null;error=null;changed(t){clearTimeout(this.timer),this.inFlight?.abort(),t?(this.answer=null,this.error=null,this.refresh()):this.timer=setTimeout(()=>{this.ask()},P)}dispose(){clearTimeout(this.timer),this.inFlight?.abort()}async ask(){let[t,e]=[this.endpoint(),this.question()];if(!t||!e)return;let n=new AbortController;this.inFlight=n,this.panel.setAttribute("aria-busy","true");try{let i=y(`endpoints/${encodeURIComponent(t)}/predict`);this.answer=await k(i,e,{signal:n.signal}),this.error=null,this.refresh()}catch(i){if(E(i))return;this.error=T(i),this.refresh(),this.error.passing&&(this.timer=setTimeout(()=>{this.ask()},U))}finally{this.inFlight===n&&this.panel.removeAttribute("aria-busy")}}refresh(){let{error:t}=this;R(this.place,t,{label:"Try again",run:()=>this.changed(this.question()===null)}),this.emptyState.hidden=this.answer!==null||t!==null,this.bars.hidden=this.answer===null,this.panel.classList.toggle("stale",t!==null),c(this.timing,this.answer?`${this.answer.model} answered in ${this.answer.milliseconds.toFixed(1)} ms`:""),this.answer&&this.paintBars(this.answer.top.slice(0,_))}paintBars(t){for(;this.bars.children.length<t.length;)this.bars.append(a("li",{},a("span",{class:"bar-name"}),a("span",{class:"bar-share numbers"}),a("div",{class:"bar","aria-hidden":!0},a("div"))));for(;this.bars.children.length>t.length;)this.bars.lastElementChild?.remove();t.forEach(({class_name:e,probability:n},i)=>{let o=this.bars.children[i],[s,l,m]=o?[...o.children]:[],d=m?.firstElementChild;s&&c(s,e),l&&c(l,z.format(n)),d instanceof HTMLElement&&(d.style.transform=`scaleX(${n})`)})}};var A=`.bars {
  display: grid;
  gap: 0.75rem;
  margin: 0;
  padding: 0;
  list-style: none;
}
.bars li {
  display: grid;
  grid-template-columns: 1fr auto;
  gap: 0.15rem 0.75rem;
}
.bars li:first-child {
  font-size: 1.15rem;
  font-weight: 600;
}
.bars li:not(:first-child) .bar > div {
  background: color-mix(in srgb, var(--accent) 55%, var(--soft));
}
.bars .bar {
  grid-column: 1 / -1;
}
.bar-name {
  min-width: 0;
  overflow-wrap: anywhere;
}
.side.stale .bars {
  opacity: 0.5;
}
.timing {
  min-height: 1.4em;
}
`;var M=`.side {
  display: grid;
  align-content: start;
  gap: 0.75rem;
  min-width: 0;
}
.count-row {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  justify-content: space-between;
  gap: 0.25rem 1rem;
}
.count {
  font-weight: 600;
  overflow-wrap: anywhere;
}
.recent {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(64px, 1fr));
  gap: 0.5rem;
  margin: 0;
  padding: 0;
  list-style: none;
}
.recent li {
  position: relative;
  min-width: 0;
}
.caption {
  display: block;
  overflow: hidden;
  color: var(--muted);
  font-size: 0.75rem;
  text-align: center;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.button.remove {
  position: absolute;
  top: 2px;
  right: 2px;
  min-height: 0;
  width: 1.6rem;
  height: 1.6rem;
  padding: 0;
  border: 1px solid rgba(255, 255, 255, 0.45);
  border-radius: 50%;
  background: rgba(0, 0, 0, 0.7);
  color: #ffffff;
  line-height: 1;
}
.button.remove:hover:not(:disabled) {
  background: #bd4043;
  color: #ffffff;
}
@media (hover: none) {
  .button.remove {
    width: 2rem;
    height: 2rem;
  }
}
`;var S=`.studio {
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
`;function L(r,t){let e=document.createElement("span");e.style.color=t,r.append(e);let n=getComputedStyle(e).color;e.remove();let i=n.match(/[\d.]+/g)?.map(Number)??[],o=n.startsWith("color(")?255:1;return[(i[0]??0)*o,(i[1]??0)*o,(i[2]??0)*o]}function C([r,t,e]){let n=i=>{let o=i/255;return o<=.04045?o/12.92:((o+.055)/1.055)**2.4};return .2126*n(r)+.7152*n(t)+.0722*n(e)}function f(r){let t=C(L(r,"var(--st-background-color, #ffffff)"))<.4;r.dataset.theme=t?"dark":"light";let e=C(L(r,"var(--st-primary-color, #ff4b4b)"));r.style.setProperty("--on-accent",1.05/(e+.05)>=3?"#ffffff":"#111111")}var W=50;function D(r,t){let e=new WeakMap;return n=>{let i=n.parentElement,o=e.get(i);if(o)f(o.host),o.instance.update(n);else{let m=document.createElement("style");m.textContent=S+r;let d=document.createElement("div");d.className="studio",i.append(m,d),f(d),o={host:d,style:m,instance:t(d,n),turn:0},e.set(i,o)}let s=o,l=++s.turn;return()=>{setTimeout(()=>{s.turn!==l||s.host.isConnected||(s.instance.dispose(),s.host.remove(),s.style.remove(),e.delete(i))},W)}}}var $=`.pad {
  display: grid;
  gap: 0.75rem;
}
.fields {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 11rem), 1fr));
  gap: 0.75rem;
  max-height: 26rem;
  padding: 2px;
  overflow-y: auto;
}
.cell {
  display: grid;
  gap: 0.25rem;
  min-width: 0;
}
.cell span {
  overflow: hidden;
  font-size: 0.875rem;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.cell .field {
  width: 100%;
  min-height: 2.5rem;
}
.tools {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
}
`;var X=1e4,V=50,g=class{constructor(t,e){this.args=e;this.example=p("Try an example",()=>this.tryExample(),{title:"A row that it was not trained on; press again for another"}),this.clear=p("Clear",()=>this.fill({})),this.answers=new h("Fill in a row","The model answers while you type. What you leave empty is a missing value.",()=>this.args.data.endpoint,()=>this.empty?null:{row:this.row});let n=a("div",{class:"tools"},this.example,this.clear);t.append(a("div",{class:"pad"},this.form,n,this.called,this.answers.panel)),this.form.addEventListener("input",()=>{c(this.called,""),this.changed()}),t.addEventListener("keydown",i=>i.stopPropagation()),this.build(),this.refresh()}args;form=a("div",{class:"fields",role:"group","aria-label":"Row"});example;clear;called=a("p",{class:"muted small","aria-live":"polite"});answers;fields=[];next=0;update(t){let e=this.args.data;this.args=t;let n=JSON.stringify(e.columns)===JSON.stringify(t.data.columns);n||this.build(),(!n||e.endpoint!==t.data.endpoint)&&this.changed(),this.refresh()}dispose(){this.answers.dispose()}get empty(){return this.fields.every(({field:t})=>t.value==="")}get row(){return Object.fromEntries(this.fields.map(({column:t,field:e})=>[t.name,Q(t,e.value)]))}build(){this.fields=this.args.data.columns.map((e,n)=>({column:e,field:K(e,n)}));let t=this.fields.map(({column:e,field:n})=>{let i=a("label",{class:"cell",title:e.name},a("span",{},e.name),n);if(n instanceof HTMLInputElement&&e.categories.length){let o=a("datalist",{id:n.getAttribute("list")??""});o.append(...e.categories.map(s=>a("option",{value:s}))),i.append(o)}return i});this.form.replaceChildren(...t)}tryExample(){let{examples:t}=this.args.data,e=t[this.next%t.length];e&&(this.next+=1,this.fill(e.row),e.label&&c(this.called,`In the dataset it is called: ${e.label}`))}fill(t){c(this.called,"");for(let{column:e,field:n}of this.fields){let i=t[e.name],o=i==null?"":String(i);n instanceof HTMLSelectElement&&![...n.options].some(s=>s.value===o)&&n.append(a("option",{value:o},o)),n.value=o}this.changed()}changed(){this.refresh(),this.answers.changed(this.empty)}refresh(){this.clear.disabled=this.empty,this.example.hidden=this.args.data.examples.length===0}};function K(r,t){let e=r.kind==="boolean"?["true","false"]:r.categories;if(e.length&&e.length<=V){let i=e.map(o=>a("option",{value:o},o));return a("select",{class:"field"},a("option",{value:""},"–"),...i)}let n=r.kind==="number";return a("input",{class:"field",type:n?"number":"text",step:n?"any":void 0,maxlength:X,list:r.categories.length?`values-${t}`:void 0,placeholder:r.kind==="time"?"2024-05-17":void 0,autocomplete:"off"})}function Q(r,t){return t===""?null:r.kind==="number"?Number(t):r.kind==="boolean"?t==="true":t}var xe=D(M+A+$,(r,t)=>new g(r,t));export{xe as default};
