function o(e,r={},...t){let n=document.createElement(e);for(let[i,a]of Object.entries(r)){if(a===void 0||a===!1)continue;let s=a===!0&&!i.startsWith("aria-");n.setAttribute(i,s?"":String(a))}return n.append(...t),n}function m(e,r,t={}){let n=o("button",{type:"button",class:"button",...t},e);return n.addEventListener("click",r),n}function c(e,r){e.textContent!==r&&(e.textContent=r)}var V=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});var u=class extends Error{constructor(t,n,i,a){super(t);this.what=t;this.why=n;this.fix=i;this.status=a}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},w=new URL("../",import.meta.url),j=2e4,b="_streamlit_xsrf";function y(e,r={}){let t=new URL(e,w);for(let[n,i]of Object.entries(r))i!=null&&i!==""&&t.searchParams.set(n,String(i));return t.href}function I(){for(let e of document.cookie.split("; "))if(e.startsWith(`${b}=`))return e.slice(b.length+1);return""}async function O(){await fetch(new URL("../_stcore/health",w),{cache:"no-store"})}function P(e,r){try{let{error:t}=JSON.parse(r);if(t.what)return new u(t.what,t.why,t.fix,e)}catch{}return e>=500?new u(`The studio answered with status ${e}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",e):new u(`The studio answered with status ${e}.`,"The server did not say why.","Reload the page and try again.",e)}function x(){return new u("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function v(e,r,t){let n={};e!=="GET"&&(n["x-xsrftoken"]=I()),t.json!==void 0&&(n["content-type"]="application/json");let i=new AbortController,a=setTimeout(()=>i.abort(),j),s=()=>i.abort();t.signal?.addEventListener("abort",s),t.signal?.aborted&&i.abort();let l={method:e,headers:n,credentials:"same-origin",keepalive:t.keepalive??!1,signal:i.signal};t.json!==void 0?l.body=JSON.stringify(t.json):t.body&&(l.body=t.body);try{return await fetch(r,l)}catch(p){throw t.signal?.aborted?p:x()}finally{clearTimeout(a),t.signal?.removeEventListener("abort",s)}}async function U(e,r,t={}){let n=await v(e,r,t);if(n.status===403&&e!=="GET"&&(await O().catch(()=>{}),n=await v(e,r,t)),!n.ok)throw P(n.status,await n.text().catch(()=>""));return n}async function T(e,r,t={}){return await(await U("POST",e,{...t,json:r})).json().catch(()=>Promise.reject(x()))}function k(e){return e instanceof DOMException&&e.name==="AbortError"}function E(e){return e instanceof u?e:new u("The page could not finish this step.",e instanceof Error?e.message:String(e),"Reload the page; nothing that was saved is lost.",-1)}function F(e,...r){let t=o("div",{class:"notice",role:"alert"},o("p",{class:"notice-what"},e.what),o("p",{},e.why),o("p",{class:"notice-fix"},e.fix));return r.length>0&&t.append(o("div",{class:"notice-actions"},...r.map(n=>m(n.label,()=>n.run())))),t}function A(e,r,...t){if(!r){e.firstElementChild&&e.replaceChildren();return}let n=[r.what,r.why,...t.map(i=>i.label)].join(`
`);e.firstElementChild&&e.dataset.content===n||(e.dataset.content=n,e.replaceChildren(F(r,...t)))}var N=120,_=2e3,z=5,q=new Intl.NumberFormat("en-US",{style:"percent",maximumFractionDigits:1}),h=class{constructor(r,t,n,i){this.endpoint=n;this.question=i;this.emptyState=o("div",{class:"empty"},o("strong",{},r),o("span",{},t)),this.panel.append(this.place,this.emptyState,this.bars,this.timing),this.refresh()}endpoint;question;panel=o("section",{class:"side","aria-label":"What the model says"});emptyState;bars=o("ol",{class:"bars","aria-live":"polite"});timing=o("p",{class:"muted small numbers timing"});place=o("div");timer;inFlight=null;answer=null;error=null;changed(r){clearTimeout(this.timer),this.inFlight?.abort(),r?(this.answer=null,this.error=null,this.refresh()):this.timer=setTimeout(()=>{this.ask()},N)}dispose(){clearTimeout(this.timer),this.inFlight?.abort()}async ask(){let[r,t]=[this.endpoint(),this.question()];if(!r||!t)return;let n=new AbortController;this.inFlight=n,this.panel.setAttribute("aria-busy","true");try{let i=y(`endpoints/${encodeURIComponent(r)}/predict`);this.answer=await T(i,t,{signal:n.signal}),this.error=null,this.refresh()}catch(i){if(k(i))return;this.error=E(i),this.refresh(),this.error.passing&&(this.timer=setTimeout(()=>{this.ask()},_))}finally{this.inFlight===n&&this.panel.removeAttribute("aria-busy")}}refresh(){let{error:r}=this;A(this.place,r,{label:"Try again",run:()=>this.changed(this.question()===null)}),this.emptyState.hidden=this.answer!==null||r!==null,this.bars.hidden=this.answer===null,this.panel.classList.toggle("stale",r!==null),c(this.timing,this.answer?`${this.answer.model} answered in ${this.answer.milliseconds.toFixed(1)} ms`:""),this.answer&&this.paintBars(this.answer.top.slice(0,z))}paintBars(r){for(;this.bars.children.length<r.length;)this.bars.append(o("li",{},o("span",{class:"bar-name"}),o("span",{class:"bar-share numbers"}),o("div",{class:"bar","aria-hidden":!0},o("div"))));for(;this.bars.children.length>r.length;)this.bars.lastElementChild?.remove();r.forEach(({class_name:t,probability:n},i)=>{let a=this.bars.children[i],[s,l,p]=a?[...a.children]:[],d=p?.firstElementChild;s&&c(s,t),l&&c(l,q.format(n)),d instanceof HTMLElement&&(d.style.transform=`scaleX(${n})`)})}};var M=`.bars {
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
`;function L(e,r){let t=document.createElement("span");t.style.color=r,e.append(t);let n=getComputedStyle(t).color;t.remove();let i=n.match(/[\d.]+/g)?.map(Number)??[],a=n.startsWith("color(")?255:1;return[(i[0]??0)*a,(i[1]??0)*a,(i[2]??0)*a]}function C([e,r,t]){let n=i=>{let a=i/255;return a<=.04045?a/12.92:((a+.055)/1.055)**2.4};return .2126*n(e)+.7152*n(r)+.0722*n(t)}function f(e){let r=C(L(e,"var(--st-background-color, #ffffff)"))<.4;e.dataset.theme=r?"dark":"light";let t=C(L(e,"var(--st-primary-color, #ff4b4b)"));e.style.setProperty("--on-accent",1.05/(t+.05)>=3?"#ffffff":"#111111")}var G=50;function D(e,r){let t=new WeakMap;return n=>{let i=n.parentElement,a=t.get(i);if(a)f(a.host),a.instance.update(n);else{let p=document.createElement("style");p.textContent=S+e;let d=document.createElement("div");d.className="studio",i.append(p,d),f(d),a={host:d,style:p,instance:r(d,n),turn:0},t.set(i,a)}let s=a,l=++s.turn;return()=>{setTimeout(()=>{s.turn!==l||s.host.isConnected||(s.instance.dispose(),s.host.remove(),s.style.remove(),t.delete(i))},G)}}}var $=`.pad {
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
`;var H=1e4,g=class{constructor(r,t){this.args=t;this.example=m("Try an example",()=>this.tryExample(),{title:"A text that it was not trained on; press again for another"}),this.clear=m("Clear",()=>this.fill("")),this.answers=new h("Type a text","The model answers while you type.",()=>this.args.data.endpoint,()=>this.empty?null:{text:this.field.value});let n=o("div",{class:"tools"},this.example,this.clear);r.append(o("div",{class:"pad"},this.field,n,this.called,this.answers.panel)),this.field.addEventListener("input",()=>{c(this.called,""),this.changed()}),r.addEventListener("keydown",i=>i.stopPropagation()),this.refresh()}args;field=o("textarea",{class:"field",rows:6,maxlength:H,"aria-label":"Text",placeholder:"Type or paste a text"});example;called=o("p",{class:"muted small","aria-live":"polite"});clear;answers;next=0;update(r){let t=this.args.data.endpoint;this.args=r,t!==r.data.endpoint&&this.changed(),this.refresh()}dispose(){this.answers.dispose()}get empty(){return this.field.value.trim()===""}tryExample(){let{examples:r}=this.args.data,t=r[this.next%r.length];t&&(this.next+=1,this.fill(t.text),t.label&&c(this.called,`In the dataset it is called: ${t.label}`))}fill(r){c(this.called,""),this.field.value=r.slice(0,H),this.changed(),this.field.focus({preventScroll:!0})}changed(){this.refresh(),this.answers.changed(this.empty)}refresh(){this.clear.disabled=this.field.value==="",this.example.hidden=this.args.data.examples.length===0}},ve=D(R+M+$,(e,r)=>new g(e,r));export{ve as default};
