function l(t,r={},...e){let n=document.createElement(t);for(let[o,i]of Object.entries(r)){if(i===void 0||i===!1)continue;let a=i===!0&&!o.startsWith("aria-");n.setAttribute(o,a?"":String(i))}return n.append(...e),n}function f(t,r,e={}){let n=l("button",{type:"button",class:"button",...e},t);return n.addEventListener("click",r),n}function p(t,r){t.textContent!==r&&(t.textContent=r)}var B=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function g(t){return B.format(t)}function $(t){let r=["bytes","KB","MB","GB","TB"],e=t,n=0;for(;e>=1e3&&n<r.length-1;)e/=1e3,n+=1;return`${n===0||e>=100?Math.round(e):e.toFixed(1)} ${r[n]}`}var m=class extends Error{constructor(e,n,o,i){super(e);this.what=e;this.why=n;this.fix=o;this.status=i}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},C=new URL("../",import.meta.url),G=2e4,M="_streamlit_xsrf";function h(t,r={}){let e=new URL(t,C);for(let[n,o]of Object.entries(r))o!=null&&o!==""&&e.searchParams.set(n,String(o));return e.href}function W(){for(let t of document.cookie.split("; "))if(t.startsWith(`${M}=`))return t.slice(M.length+1);return""}async function J(){await fetch(new URL("../_stcore/health",C),{cache:"no-store"})}function V(t,r){try{let{error:e}=JSON.parse(r);if(e.what)return new m(e.what,e.why,e.fix,t)}catch{}return t>=500?new m(`The studio answered with status ${t}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",t):new m(`The studio answered with status ${t}.`,"The server did not say why.","Reload the page and try again.",t)}function E(){return new m("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function L(t,r,e){let n={};t!=="GET"&&(n["x-xsrftoken"]=W()),e.json!==void 0&&(n["content-type"]="application/json");let o=new AbortController,i=setTimeout(()=>o.abort(),G),a=()=>o.abort();e.signal?.addEventListener("abort",a),e.signal?.aborted&&o.abort();let s={method:t,headers:n,credentials:"same-origin",keepalive:e.keepalive??!1,signal:o.signal};e.json!==void 0?s.body=JSON.stringify(e.json):e.body&&(s.body=e.body);try{return await fetch(r,s)}catch(d){throw e.signal?.aborted?d:E()}finally{clearTimeout(i),e.signal?.removeEventListener("abort",a)}}async function v(t,r,e={}){let n=await L(t,r,e);if(n.status===403&&t!=="GET"&&(await J().catch(()=>{}),n=await L(t,r,e)),!n.ok)throw V(n.status,await n.text().catch(()=>""));return n}async function k(t,r){return await(await v("GET",t,r?{signal:r}:{})).json().catch(()=>Promise.reject(E()))}async function D(t,r,e={}){return await(await v("POST",t,{...e,json:r})).json().catch(()=>Promise.reject(E()))}function P(t){return t instanceof DOMException&&t.name==="AbortError"}function H(t){return t instanceof m?t:new m("The page could not finish this step.",t instanceof Error?t.message:String(t),"Reload the page; nothing that was saved is lost.",-1)}var O=`.studio {
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
`;function U(t,r){let e=document.createElement("span");e.style.color=r,t.append(e);let n=getComputedStyle(e).color;e.remove();let o=n.match(/[\d.]+/g)?.map(Number)??[],i=n.startsWith("color(")?255:1;return[(o[0]??0)*i,(o[1]??0)*i,(o[2]??0)*i]}function I([t,r,e]){let n=o=>{let i=o/255;return i<=.04045?i/12.92:((i+.055)/1.055)**2.4};return .2126*n(t)+.7152*n(r)+.0722*n(e)}function A(t){let r=I(U(t,"var(--st-background-color, #ffffff)"))<.4;t.dataset.theme=r?"dark":"light";let e=I(U(t,"var(--st-primary-color, #ff4b4b)"));t.style.setProperty("--on-accent",1.05/(e+.05)>=3?"#ffffff":"#111111")}var K=50;function F(t,r){let e=new WeakMap;return n=>{let o=n.parentElement,i=e.get(o);if(i)A(i.host),i.instance.update(n);else{let d=document.createElement("style");d.textContent=O+t;let u=document.createElement("div");u.className="studio",o.append(d,u),A(u),i={host:u,style:d,instance:r(u,n),turn:0},e.set(o,i)}let a=i,s=++a.turn;return()=>{setTimeout(()=>{a.turn!==s||a.host.isConnected||(a.instance.dispose(),a.host.remove(),a.style.remove(),e.delete(o))},K)}}}function Q(t,...r){let e=l("div",{class:"notice",role:"alert"},l("p",{class:"notice-what"},t.what),l("p",{},t.why),l("p",{class:"notice-fix"},t.fix));return r.length>0&&e.append(l("div",{class:"notice-actions"},...r.map(n=>f(n.label,()=>n.run())))),e}function N(t,r,...e){if(!r){t.firstElementChild&&t.replaceChildren();return}let n=[r.what,r.why,...e.map(o=>o.label)].join(`
`);t.firstElementChild&&t.dataset.content===n||(t.dataset.content=n,t.replaceChildren(Q(r,...e)))}var y=class{root;fill=l("div");shown="";constructor(r){let e={role:"progressbar","aria-label":r,"aria-valuemin":0};this.root=l("div",{class:"bar",...e},this.fill)}show(r,e){let n=`${r}/${e}`;this.shown!==n&&(this.shown=n,this.fill.style.transform=`scaleX(${e>0?r/e:0})`,this.root.setAttribute("aria-valuemax",String(e)),this.root.setAttribute("aria-valuenow",String(r)))}};var Y=["Google Chrome","Microsoft Edge","Opera","Chromium"],Z={"Google Chrome":"Chrome","Microsoft Edge":"Edge"};function j(){let{userAgentData:t,userAgent:r}=navigator,e=t?.brands??[];for(let n of Y){let o=e.find(({brand:i})=>i===n);if(o)return`${Z[n]??n} ${o.version}`}for(let[n,o]of[["Firefox",/Firefox\/(\d+)/],["Chrome",/(?:Headless)?Chrome\/(\d+)/],["Safari",/Version\/(\d+).*Safari/]]){let i=o.exec(r)?.[1];if(i)return`${n} ${i}`}return"Another browser"}var ee=6e4,te=12e4,w=class t{constructor(r){this.frame=r}frame;next=0;static async open(r,e,n){let o=document.createElement("iframe");o.setAttribute("sandbox","allow-scripts"),o.tabIndex=-1,o.title="The page that is tried",o.srcdoc=r;let i=new t(o),a=i.heard(s=>s.ready===!0||s.failure!==void 0&&s.id===void 0,ee,n);e.append(o);try{await a}catch(s){throw o.remove(),s}return i}async ask(r,e){let n=++this.next,o=this.heard(s=>s.id===n,te,e);this.frame.contentWindow?.postMessage({studio:"replay",id:n,samples:r},"*");let{probabilities:i,milliseconds:a}=await o;if(i?.length!==r.length||!a)throw T("It did not answer every sample.");return{probabilities:i,milliseconds:a}}close(){this.frame.remove()}heard(r,e,n){return new Promise((o,i)=>{let a=()=>{clearTimeout(u),window.removeEventListener("message",s),n.removeEventListener("abort",d)},s=({source:x,data:c})=>{x!==this.frame.contentWindow||c?.studio!=="answers"||!r(c)||(a(),c.failure===void 0?o(c):i(T(c.failure)))},d=()=>{a(),i(new DOMException("Stopped.","AbortError"))},u=setTimeout(()=>{a(),i(T(`It said nothing for ${e/1e3} seconds.`))},e);window.addEventListener("message",s),n.addEventListener("abort",d)})}},T=t=>new m("The page does not run in this browser.",t,"Update the browser, or try another one.",-1);var _=`.replay {
  display: grid;
  gap: 0.6rem;
}
.tools {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
}
`;var ne=100,oe=new Intl.NumberFormat("en-US",{style:"percent",maximumFractionDigits:2}),S=class{constructor(r,e){this.args=e;let n=l("div",{class:"tools"},this.start,this.stop);r.append(l("div",{class:"replay"},n,this.bar.root,this.said,this.place,this.stage)),this.refresh()}args;start=f("Replay in this browser",()=>{this.run()},{class:"button primary"});stop=f("Stop",()=>this.running?.abort());bar=new y("Samples replayed");said=l("p",{class:"muted small numbers",role:"status"});place=l("div");stage=l("div",{class:"visually-hidden","aria-hidden":!0});running=null;error=null;update(r){let e=this.args.data;this.args=r,!(e.model===r.data.model&&e.version===r.data.version)&&(this.running?.abort(),this.error=null,p(this.said,""),this.refresh())}dispose(){this.running?.abort()}async run(){let r=new AbortController;this.running=r,this.error=null,this.bar.show(0,1),p(this.said,"Loading the page …"),this.refresh();try{let e=await this.replay(r.signal);p(this.said,se(e)),this.args.setStateValue("replayed",`${e.where} ${Date.now()}`)}catch(e){r.signal.aborted||P(e)?p(this.said,"Stopped."):(p(this.said,""),this.error=H(e))}finally{this.running===r&&(this.running=null),this.refresh()}}async replay(r){let{model:e,version:n}=this.args.data,o=`replay/${encodeURIComponent(e)}/${n}`,i=await k(h(o),r);p(this.said,`Loading the page, ${$(i.bytes)} …`);let a=await(await v("GET",h(`${o}/page`),{signal:r})).text(),s=await w.open(a,this.stage,r);try{let d=new Float32Array(i.samples*i.classes),u=[];for(let c=0;c<i.samples;){let b=await k(h(`${o}/samples`,{start:c,count:ne}),r),R=await s.ask(ie(b),r);R.probabilities.forEach((q,z)=>d.set(q,(c+z)*i.classes)),u.push(...R.milliseconds),c+=b.count,this.bar.show(c,i.samples),p(this.said,`${g(c)} of ${g(i.samples)} samples answered`)}let x={browser:j(),probabilities:ae(new Uint8Array(d.buffer)),tried:i.tried,milliseconds:u.sort((c,b)=>c-b)[u.length>>1]??null};return await D(h(o),x,{signal:r})}finally{s.close()}}refresh(){let r=this.running!==null;this.start.disabled=r,this.stop.hidden=!r,this.bar.root.hidden=!r,N(this.place,this.error)}};function ie({count:t,pixels:r,texts:e,drawings:n}){if(e)return e;if(n)return n;let o=Uint8Array.from(atob(r??""),a=>a.charCodeAt(0)),i=o.length/t;return Array.from({length:t},(a,s)=>o.slice(s*i,(s+1)*i))}function ae(t){let r="";for(let e=0;e<t.length;e+=32768)r+=String.fromCharCode(...t.subarray(e,e+32768));return btoa(r)}function se(t){let r=t.milliseconds===null?"":`, ${t.milliseconds.toFixed(2)} ms each`;return`${`${t.where} named the model's class for ${oe.format(t.agreement)} of ${g(t.samples)} samples`}; the largest difference is ${t.max_difference.toExponential(1)}${r}. ${t.refused}`.trim()}var Ce=F(_,(t,r)=>new S(t,r));export{Ce as default};
