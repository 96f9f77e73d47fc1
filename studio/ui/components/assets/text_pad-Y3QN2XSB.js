function a(e,t={},...r){let n=document.createElement(e);for(let[i,o]of Object.entries(t)){if(o===void 0||o===!1)continue;let s=o===!0&&!i.startsWith("aria-");n.setAttribute(i,s?"":String(o))}return n.append(...r),n}function p(e,t,r={}){let n=a("button",{type:"button",class:"button",...r},e);return n.addEventListener("click",t),n}function m(e,t){e.textContent!==t&&(e.textContent=t)}var V=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});var c=class extends Error{constructor(r,n,i,o){super(r);this.what=r;this.why=n;this.fix=i;this.status=o}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},w=new URL("../",import.meta.url),j=2e4,b="_streamlit_xsrf";function y(e,t={}){let r=new URL(e,w);for(let[n,i]of Object.entries(t))i!=null&&i!==""&&r.searchParams.set(n,String(i));return r.href}function O(){for(let e of document.cookie.split("; "))if(e.startsWith(`${b}=`))return e.slice(b.length+1);return""}async function I(){await fetch(new URL("../_stcore/health",w),{cache:"no-store"})}function P(e,t){try{let{error:r}=JSON.parse(t);if(r.what)return new c(r.what,r.why,r.fix,e)}catch{}return e>=500?new c(`The studio answered with status ${e}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",e):new c(`The studio answered with status ${e}.`,"The server did not say why.","Reload the page and try again.",e)}function x(){return new c("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function v(e,t,r){let n={};e!=="GET"&&(n["x-xsrftoken"]=O()),r.json!==void 0&&(n["content-type"]="application/json");let i=new AbortController,o=setTimeout(()=>i.abort(),j),s=()=>i.abort();r.signal?.addEventListener("abort",s),r.signal?.aborted&&i.abort();let l={method:e,headers:n,credentials:"same-origin",keepalive:r.keepalive??!1,signal:i.signal};r.json!==void 0?l.body=JSON.stringify(r.json):r.body&&(l.body=r.body);try{return await fetch(t,l)}catch(u){throw r.signal?.aborted?u:x()}finally{clearTimeout(o),r.signal?.removeEventListener("abort",s)}}async function U(e,t,r={}){let n=await v(e,t,r);if(n.status===403&&e!=="GET"&&(await I().catch(()=>{}),n=await v(e,t,r)),!n.ok)throw P(n.status,await n.text().catch(()=>""));return n}async function T(e,t,r={}){return await(await U("POST",e,{...r,json:t})).json().catch(()=>Promise.reject(x()))}function k(e){return e instanceof DOMException&&e.name==="AbortError"}function E(e){return e instanceof c?e:new c("The page could not finish this step.",e instanceof Error?e.message:String(e),"Reload the page; nothing that was saved is lost.",-1)}function F(e,...t){let r=a("div",{class:"notice",role:"alert"},a("p",{class:"notice-what"},e.what),a("p",{},e.why),a("p",{class:"notice-fix"},e.fix));return t.length>0&&r.append(a("div",{class:"notice-actions"},...t.map(n=>p(n.label,()=>n.run())))),r}function A(e,t,...r){if(!t){e.firstElementChild&&e.replaceChildren();return}let n=[t.what,t.why,...r.map(i=>i.label)].join(`
`);e.firstElementChild&&e.dataset.content===n||(e.dataset.content=n,e.replaceChildren(F(t,...r)))}var N=120,_=2e3,z=5,q=new Intl.NumberFormat("en-US",{style:"percent",maximumFractionDigits:1}),h=class{constructor(t,r,n,i){this.endpoint=n;this.question=i;this.emptyState=a("div",{class:"empty"},a("strong",{},t),a("span",{},r)),this.panel.append(this.place,this.emptyState,this.bars,this.timing),this.refresh()}endpoint;question;panel=a("section",{class:"side","aria-label":"What the model says"});emptyState;bars=a("ol",{class:"bars","aria-live":"polite"});timing=a("p",{class:"muted small numbers timing"});place=a("div");timer;inFlight=null;answer=null;error=null;changed(t){clearTimeout(this.timer),this.inFlight?.abort(),t?(this.answer=null,this.error=null,this.refresh()):this.timer=setTimeout(()=>{this.ask()},N)}dispose(){clearTimeout(this.timer),this.inFlight?.abort()}async ask(){let[t,r]=[this.endpoint(),this.question()];if(!t||!r)return;let n=new AbortController;this.inFlight=n,this.panel.setAttribute("aria-busy","true");try{let i=y(`endpoints/${encodeURIComponent(t)}/predict`);this.answer=await T(i,r,{signal:n.signal}),this.error=null,this.refresh()}catch(i){if(k(i))return;this.error=E(i),this.refresh(),this.error.passing&&(this.timer=setTimeout(()=>{this.ask()},_))}finally{this.inFlight===n&&this.panel.removeAttribute("aria-busy")}}refresh(){let{error:t}=this;A(this.place,t,{label:"Try again",run:()=>this.changed(this.question()===null)}),this.emptyState.hidden=this.answer!==null||t!==null,this.bars.hidden=this.answer===null,this.panel.classList.toggle("stale",t!==null),m(this.timing,this.answer?`answered in ${this.answer.milliseconds.toFixed(1)} ms`:""),this.answer&&this.paintBars(this.answer.top.slice(0,z))}paintBars(t){for(;this.bars.children.length<t.length;)this.bars.append(a("li",{},a("span",{class:"bar-name"}),a("span",{class:"bar-share numbers"}),a("div",{class:"bar","aria-hidden":!0},a("div"))));for(;this.bars.children.length>t.length;)this.bars.lastElementChild?.remove();t.forEach(({class_name:r,probability:n},i)=>{let o=this.bars.children[i],[s,l,u]=o?[...o.children]:[],d=u?.firstElementChild;s&&m(s,r),l&&m(l,q.format(n)),d instanceof HTMLElement&&(d.style.transform=`scaleX(${n})`)})}};var M=`.bars {
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
`;var R=`.side {
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
`;function L(e,t){let r=document.createElement("span");r.style.color=t,e.append(r);let n=getComputedStyle(r).color;r.remove();let i=n.match(/[\d.]+/g)?.map(Number)??[],o=n.startsWith("color(")?255:1;return[(i[0]??0)*o,(i[1]??0)*o,(i[2]??0)*o]}function C([e,t,r]){let n=i=>{let o=i/255;return o<=.04045?o/12.92:((o+.055)/1.055)**2.4};return .2126*n(e)+.7152*n(t)+.0722*n(r)}function f(e){let t=C(L(e,"var(--st-background-color, #ffffff)"))<.4;e.dataset.theme=t?"dark":"light";let r=C(L(e,"var(--st-primary-color, #ff4b4b)"));e.style.setProperty("--on-accent",1.05/(r+.05)>=3?"#ffffff":"#111111")}var G=50;function D(e,t){let r=new WeakMap;return n=>{let i=n.parentElement,o=r.get(i);if(o)f(o.host),o.instance.update(n);else{let u=document.createElement("style");u.textContent=S+e;let d=document.createElement("div");d.className="studio",i.append(u,d),f(d),o={host:d,style:u,instance:t(d,n),turn:0},r.set(i,o)}let s=o,l=++s.turn;return()=>{setTimeout(()=>{s.turn!==l||s.host.isConnected||(s.instance.dispose(),s.host.remove(),s.style.remove(),r.delete(i))},G)}}}var $=`.pad {
  display: grid;
  gap: 0.75rem;
}
.field {
  width: 100%;
  min-height: 8rem;
  resize: vertical;
}
.tools {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
}
`;var H=1e4,g=class{constructor(t,r){this.args=r;this.example=p("Try an example",()=>this.fill(this.args.data.example)),this.clear=p("Clear",()=>this.fill("")),this.answers=new h("Type a text","The model answers while you type.",()=>this.args.data.endpoint,()=>this.empty?null:{text:this.field.value});let n=a("div",{class:"tools"},this.example,this.clear);t.append(a("div",{class:"pad"},this.field,n,this.answers.panel)),this.field.addEventListener("input",()=>this.changed()),t.addEventListener("keydown",i=>i.stopPropagation()),this.refresh()}args;field=a("textarea",{class:"field",rows:6,maxlength:H,"aria-label":"Text",placeholder:"Type or paste a text"});example;clear;answers;update(t){let r=this.args.data.endpoint;this.args=t,r!==t.data.endpoint&&this.changed(),this.refresh()}dispose(){this.answers.dispose()}get empty(){return this.field.value.trim()===""}fill(t){this.field.value=t.slice(0,H),this.changed(),this.field.focus({preventScroll:!0})}changed(){this.refresh(),this.answers.changed(this.empty)}refresh(){this.clear.disabled=this.field.value==="",this.example.hidden=this.args.data.example===""}},ve=D(R+M+$,(e,t)=>new g(e,t));export{ve as default};
