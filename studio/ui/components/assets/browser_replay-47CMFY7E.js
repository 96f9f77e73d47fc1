function c(t,r={},...e){let n=document.createElement(t);for(let[o,a]of Object.entries(r)){if(a===void 0||a===!1)continue;let i=a===!0&&!o.startsWith("aria-");n.setAttribute(o,i?"":String(a))}return n.append(...e),n}function p(t,r,e={}){let n=c("button",{type:"button",class:"button",...e},t);return n.addEventListener("click",r),n}function f(t,r){t.textContent!==r&&(t.textContent=r)}var B=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function g(t){return B.format(t)}function $(t){let r=["bytes","KB","MB","GB","TB"],e=t,n=0;for(;e>=1e3&&n<r.length-1;)e/=1e3,n+=1;return`${n===0||e>=100?Math.round(e):e.toFixed(1)} ${r[n]}`}var m=class extends Error{constructor(e,n,o,a){super(e);this.what=e;this.why=n;this.fix=o;this.status=a}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},C=new URL("../",import.meta.url),W=2e4,M="_streamlit_xsrf";function h(t,r={}){let e=new URL(t,C);for(let[n,o]of Object.entries(r))o!=null&&o!==""&&e.searchParams.set(n,String(o));return e.href}function J(){for(let t of document.cookie.split("; "))if(t.startsWith(`${M}=`))return t.slice(M.length+1);return""}async function V(){await fetch(new URL("../_stcore/health",C),{cache:"no-store"})}function K(t,r){try{let{error:e}=JSON.parse(r);if(e.what)return new m(e.what,e.why,e.fix,t)}catch{}return t>=500?new m(`The studio answered with status ${t}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",t):new m(`The studio answered with status ${t}.`,"The server did not say why.","Reload the page and try again.",t)}function E(){return new m("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function L(t,r,e){let n={};t!=="GET"&&(n["x-xsrftoken"]=J()),e.json!==void 0&&(n["content-type"]="application/json");let o=new AbortController,a=setTimeout(()=>o.abort(),W),i=()=>o.abort();e.signal?.addEventListener("abort",i),e.signal?.aborted&&o.abort();let s={method:t,headers:n,credentials:"same-origin",keepalive:e.keepalive??!1,signal:o.signal};e.json!==void 0?s.body=JSON.stringify(e.json):e.body&&(s.body=e.body);try{return await fetch(r,s)}catch(d){throw e.signal?.aborted?d:E()}finally{clearTimeout(a),e.signal?.removeEventListener("abort",i)}}async function v(t,r,e={}){let n=await L(t,r,e);if(n.status===403&&t!=="GET"&&(await V().catch(()=>{}),n=await L(t,r,e)),!n.ok)throw K(n.status,await n.text().catch(()=>""));return n}async function A(t,r){return await(await v("GET",t,r?{signal:r}:{})).json().catch(()=>Promise.reject(E()))}async function D(t,r,e={}){return await(await v("POST",t,{...e,json:r})).json().catch(()=>Promise.reject(E()))}function U(t){return t instanceof DOMException&&t.name==="AbortError"}function I(t){return t instanceof m?t:new m("The page could not finish this step.",t instanceof Error?t.message:String(t),"Reload the page; nothing that was saved is lost.",-1)}var O=`.studio {
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
`;function P(t,r){let e=document.createElement("span");e.style.color=r,t.append(e);let n=getComputedStyle(e).color;e.remove();let o=n.match(/[\d.]+/g)?.map(Number)??[],a=n.startsWith("color(")?255:1;return[(o[0]??0)*a,(o[1]??0)*a,(o[2]??0)*a]}function H([t,r,e]){let n=o=>{let a=o/255;return a<=.04045?a/12.92:((a+.055)/1.055)**2.4};return .2126*n(t)+.7152*n(r)+.0722*n(e)}function k(t){let r=H(P(t,"var(--st-background-color, #ffffff)"))<.4;t.dataset.theme=r?"dark":"light";let e=H(P(t,"var(--st-primary-color, #ff4b4b)"));t.style.setProperty("--on-accent",1.05/(e+.05)>=3?"#ffffff":"#111111")}var Q=50;function N(t,r){let e=new WeakMap;return n=>{let o=n.parentElement,a=e.get(o);if(a)k(a.host),a.instance.update(n);else{let d=document.createElement("style");d.textContent=O+t;let u=document.createElement("div");u.className="studio",o.append(d,u),k(u),a={host:u,style:d,instance:r(u,n),turn:0},e.set(o,a)}let i=a,s=++i.turn;return()=>{setTimeout(()=>{i.turn!==s||i.host.isConnected||(i.instance.dispose(),i.host.remove(),i.style.remove(),e.delete(o))},Q)}}}function Y(t,...r){let e=c("div",{class:"notice",role:"alert"},c("p",{class:"notice-what"},t.what),c("p",{},t.why),c("p",{class:"notice-fix"},t.fix));return r.length>0&&e.append(c("div",{class:"notice-actions"},...r.map(n=>p(n.label,()=>n.run())))),e}function _(t,r,...e){if(!r){t.firstElementChild&&t.replaceChildren();return}let n=[r.what,r.why,...e.map(o=>o.label)].join(`
`);t.firstElementChild&&t.dataset.content===n||(t.dataset.content=n,t.replaceChildren(Y(r,...e)))}var ge=Uint32Array.from({length:256},(t,r)=>{let e=r;for(let n=0;n<8;n+=1)e=e&1?3988292384^e>>>1:e>>>1;return e>>>0});function F(t){let r="";for(let e of t)r+=String.fromCharCode(e);return btoa(r)}var y=class{root;fill=c("div");shown="";constructor(r){let e={role:"progressbar","aria-label":r,"aria-valuemin":0};this.root=c("div",{class:"bar",...e},this.fill)}show(r,e){let n=`${r}/${e}`;this.shown!==n&&(this.shown=n,this.fill.style.transform=`scaleX(${e>0?r/e:0})`,this.root.setAttribute("aria-valuemax",String(e)),this.root.setAttribute("aria-valuenow",String(r)))}};var Z=["Google Chrome","Microsoft Edge","Opera","Chromium"],ee={"Google Chrome":"Chrome","Microsoft Edge":"Edge"};function j(){let{userAgentData:t,userAgent:r}=navigator,e=t?.brands??[];for(let n of Z){let o=e.find(({brand:a})=>a===n);if(o)return`${ee[n]??n} ${o.version}`}for(let[n,o]of[["Firefox",/Firefox\/(\d+)/],["Chrome",/(?:Headless)?Chrome\/(\d+)/],["Safari",/Version\/(\d+).*Safari/]]){let a=o.exec(r)?.[1];if(a)return`${n} ${a}`}return"Another browser"}var te=6e4,re=12e4,w=class t{constructor(r){this.frame=r}frame;next=0;static async open(r,e,n){let o=document.createElement("iframe");o.setAttribute("sandbox","allow-scripts"),o.tabIndex=-1,o.title="The page that is tried",o.srcdoc=r;let a=new t(o),i=a.heard(s=>s.ready===!0||s.failure!==void 0&&s.id===void 0,te,n);e.append(o);try{await i}catch(s){throw o.remove(),s}return a}async ask(r,e){let n=++this.next,o=this.heard(s=>s.id===n,re,e);this.frame.contentWindow?.postMessage({studio:"replay",id:n,samples:r},"*");let{probabilities:a,milliseconds:i}=await o;if(a?.length!==r.length||!i)throw T("It did not answer every sample.");return{probabilities:a,milliseconds:i}}close(){this.frame.remove()}heard(r,e,n){return new Promise((o,a)=>{let i=()=>{clearTimeout(u),window.removeEventListener("message",s),n.removeEventListener("abort",d)},s=({source:x,data:l})=>{x!==this.frame.contentWindow||l?.studio!=="answers"||!r(l)||(i(),l.failure===void 0?o(l):a(T(l.failure)))},d=()=>{i(),a(new DOMException("Stopped.","AbortError"))},u=setTimeout(()=>{i(),a(T(`It said nothing for ${e/1e3} seconds.`))},e);window.addEventListener("message",s),n.addEventListener("abort",d)})}},T=t=>new m("The page does not run in this browser.",t,"Update the browser, or try another one.",-1);var z=`.replay {
  display: grid;
  gap: 0.6rem;
}
.tools {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
}
`;var oe=100,ae=new Intl.NumberFormat("en-US",{style:"percent",maximumFractionDigits:2}),S=class{constructor(r,e){this.args=e;let n=c("div",{class:"tools"},this.start,this.stop);r.append(c("div",{class:"replay"},n,this.bar.root,this.said,this.place,this.stage)),this.refresh()}args;start=p("Replay in this browser",()=>{this.run()},{class:"button primary"});stop=p("Stop",()=>this.running?.abort());bar=new y("Samples replayed");said=c("p",{class:"muted small numbers",role:"status"});place=c("div");stage=c("div",{class:"visually-hidden","aria-hidden":!0});running=null;error=null;update(r){let e=this.args.data;this.args=r,!(e.model===r.data.model&&e.version===r.data.version)&&(this.running?.abort(),this.error=null,f(this.said,""),this.refresh())}dispose(){this.running?.abort()}async run(){let r=new AbortController;this.running=r,this.error=null,this.bar.show(0,1),f(this.said,"Loading the page …"),this.refresh();try{let e=await this.replay(r.signal);f(this.said,se(e)),this.args.setStateValue("replayed",`${e.where} ${Date.now()}`)}catch(e){r.signal.aborted||U(e)?f(this.said,"Stopped."):(f(this.said,""),this.error=I(e))}finally{this.running===r&&(this.running=null),this.refresh()}}async replay(r){let{model:e,version:n}=this.args.data,o=`replay/${encodeURIComponent(e)}/${n}`,a=await A(h(o),r);f(this.said,`Loading the page, ${$(a.bytes)} …`);let i=await(await v("GET",h(`${o}/page`),{signal:r})).text(),s=await w.open(i,this.stage,r);try{let d=new Float32Array(a.samples*a.classes),u=[];for(let l=0;l<a.samples;){let b=await A(h(`${o}/samples`,{start:l,count:oe}),r),R=await s.ask(ie(b),r);R.probabilities.forEach((q,G)=>d.set(q,(l+G)*a.classes)),u.push(...R.milliseconds),l+=b.count,this.bar.show(l,a.samples),f(this.said,`${g(l)} of ${g(a.samples)} samples answered`)}let x={browser:j(),probabilities:F(new Uint8Array(d.buffer)),tried:a.tried,milliseconds:u.sort((l,b)=>l-b)[u.length>>1]??null};return await D(h(o),x,{signal:r})}finally{s.close()}}refresh(){let r=this.running!==null;this.start.disabled=r,this.stop.hidden=!r,this.bar.root.hidden=!r,_(this.place,this.error)}};function ie({count:t,pixels:r,texts:e,drawings:n}){if(e)return e;if(n)return n;let o=Uint8Array.from(atob(r??""),i=>i.charCodeAt(0)),a=o.length/t;return Array.from({length:t},(i,s)=>o.slice(s*a,(s+1)*a))}function se(t){let r=t.milliseconds===null?"":`, ${t.milliseconds.toFixed(2)} ms each`;return`${`${t.where} named the model's class for ${ae.format(t.agreement)} of ${g(t.samples)} samples`}; the largest difference is ${t.max_difference.toExponential(1)}${r}. ${t.refused}`.trim()}var Ie=N(z,(t,r)=>new S(t,r));export{Ie as default};
