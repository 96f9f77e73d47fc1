var Y=`.bars {
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
`;function a(r,t={},...e){let n=document.createElement(r);for(let[i,s]of Object.entries(t)){if(s===void 0||s===!1)continue;let o=s===!0&&!i.startsWith("aria-");n.setAttribute(i,o?"":String(s))}return n.append(...e),n}function m(r,t,e={}){let n=a("button",{type:"button",class:"button",...e},r);return n.addEventListener("click",t),n}function g(r,t){r.textContent!==t&&(r.textContent=t)}var vt=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function B(r){return vt.format(r)}function G(r,t,e=`${t}s`){return`${B(r)} ${r===1?t:e}`}function j(){if(typeof crypto.randomUUID=="function")return crypto.randomUUID();let r=crypto.getRandomValues(new Uint8Array(16));r[6]=(r[6]??0)&15|64,r[8]=(r[8]??0)&63|128;let t=Array.from(r,e=>e.toString(16).padStart(2,"0")).join("");return[8,12,16,20,32].map((e,n,i)=>t.slice(i[n-1]??0,e)).join("-")}var J=`.side {
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
`;function V(r){return r.composedPath()[0]instanceof HTMLButtonElement}var Q=`.studio {
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
`;function Z(r,t){let e=document.createElement("span");e.style.color=t,r.append(e);let n=getComputedStyle(e).color;e.remove();let i=n.match(/[\d.]+/g)?.map(Number)??[],s=n.startsWith("color(")?255:1;return[(i[0]??0)*s,(i[1]??0)*s,(i[2]??0)*s]}function tt([r,t,e]){let n=i=>{let s=i/255;return s<=.04045?s/12.92:((s+.055)/1.055)**2.4};return .2126*n(r)+.7152*n(t)+.0722*n(e)}function K(r){let t=tt(Z(r,"var(--st-background-color, #ffffff)"))<.4;r.dataset.theme=t?"dark":"light";let e=tt(Z(r,"var(--st-primary-color, #ff4b4b)"));r.style.setProperty("--on-accent",1.05/(e+.05)>=3?"#ffffff":"#111111")}var wt=50;function et(r,t){let e=new WeakMap;return n=>{let i=n.parentElement,s=e.get(i);if(s)K(s.host),s.instance.update(n);else{let l=document.createElement("style");l.textContent=Q+r;let c=document.createElement("div");c.className="studio",i.append(l,c),K(c),s={host:c,style:l,instance:t(c,n),turn:0},e.set(i,s)}let o=s,d=++o.turn;return()=>{setTimeout(()=>{o.turn!==d||o.host.isConnected||(o.instance.dispose(),o.host.remove(),o.style.remove(),e.delete(i))},wt)}}}var rt=255,xt=16/256,D=class{constructor(t,e,n){this.onStart=e;this.onStroke=n;this.canvas=a("canvas",{class:"paper",tabindex:0,role:"img","aria-label":t}),this.canvas.addEventListener("pointerdown",i=>this.down(i)),this.canvas.addEventListener("pointermove",i=>this.move(i)),this.canvas.addEventListener("pointerup",i=>this.up(i)),this.canvas.addEventListener("pointercancel",i=>this.up(i)),this.canvas.addEventListener("touchstart",i=>i.preventDefault(),{passive:!1}),this.observer=new ResizeObserver(()=>this.paint()),this.observer.observe(this.canvas)}onStart;onStroke;canvas;strokes=[];current=null;pointer=null;startedAt=0;observer;get empty(){return this.strokes.length===0&&this.current===null}undo(){this.strokes.pop(),this.paint()}clear(){this.strokes=[],this.current=null,this.pointer=null,this.paint()}finish(){this.current&&(this.pointer=null,this.strokes.push(this.current),this.current=null,this.paint())}dispose(){this.observer.disconnect()}paint(){let t=this.canvas.getBoundingClientRect();if(t.width===0)return;let e=window.devicePixelRatio||1,n=Math.round(t.width*e);(this.canvas.width!==n||this.canvas.height!==n)&&(this.canvas.width=n,this.canvas.height=n);let i=this.canvas.getContext("2d");if(!i)return;i.clearRect(0,0,n,n),i.lineWidth=xt*n,i.lineCap="round",i.lineJoin="round",i.strokeStyle=getComputedStyle(this.canvas).color;let s=n/rt;for(let o of this.current?[...this.strokes,this.current]:this.strokes)kt(i,o,s)}down(t){this.pointer!==null||t.pointerType==="mouse"&&t.button!==0||(t.preventDefault(),this.canvas.focus({preventScroll:!0}),this.canvas.setPointerCapture(t.pointerId),this.pointer=t.pointerId,this.strokes.length===0&&(this.startedAt=t.timeStamp),this.current=[[],[],[]],this.record(t),this.onStart(),this.paint())}move(t){if(t.pointerId!==this.pointer)return;let e=t.getCoalescedEvents?.()??[];for(let n of e.length>0?e:[t])this.record(n);this.paint()}up(t){t.pointerId!==this.pointer||!this.current||(this.finish(),this.onStroke())}record(t){if(!this.current)return;let e=this.canvas.getBoundingClientRect(),n=(c,v,p)=>{let y=Math.min(1,Math.max(0,(c-v)/p));return Math.round(y*rt*10)/10},i=n(t.clientX,e.left,e.width),s=n(t.clientY,e.top,e.height),[o,d,l]=this.current;o.at(-1)===i&&d.at(-1)===s||(o.push(i),d.push(s),l.push(Math.max(0,Math.round(t.timeStamp-this.startedAt))))}};function kt(r,[t,e],n){let i=o=>(t[o]??0)*n,s=o=>(e[o]??0)*n;r.beginPath(),r.moveTo(i(0),s(0)),t.length===1&&r.lineTo(i(0),s(0));for(let o=1;o<t.length-1;o+=1){let d=(i(o)+i(o+1))/2,l=(s(o)+s(o+1))/2;r.quadraticCurveTo(i(o),s(o),d,l)}t.length>1&&r.lineTo(i(t.length-1),s(t.length-1)),r.stroke()}function nt(r,t,e){let n=a("canvas",{class:"picture",width:t,height:t,role:"img","aria-label":e}),i=new ImageData(t,t);return r.forEach((s,o)=>i.data.set([s,s,s,255],o*4)),n.getContext("2d")?.putImageData(i,0,0),n}var it=`.sheet {
  position: relative;
  width: min(100%, var(--side, 320px));
  aspect-ratio: 1;
}
.paper {
  display: block;
  width: 100%;
  height: 100%;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--soft);
  color: var(--ink);
  cursor: crosshair;
  touch-action: none;
  user-select: none;
  -webkit-user-select: none;
}
.paper-hint {
  position: absolute;
  inset: 0;
  display: grid;
  place-items: center;
  padding: 1rem;
  color: var(--muted);
  font-size: 1.1rem;
  text-align: center;
  overflow-wrap: anywhere;
  pointer-events: none;
}
.picture {
  display: block;
  width: 100%;
  aspect-ratio: 1;
  border-radius: calc(var(--radius) * 0.75);
  background: #000000;
  image-rendering: pixelated;
}
`;function st(r,t,e,n){let{class_name:i}=r,s=`drawing of ${i}`;return a("li",{},nt(t,e,s),a("span",{class:"caption",title:i},i),m("×",n,{class:"button remove","aria-label":`Remove this ${s}`,title:"Remove"}))}var h=class extends Error{constructor(e,n,i,s){super(e);this.what=e;this.why=n;this.fix=i;this.status=s}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},lt=new URL("../",import.meta.url),Tt=2e4,ot="_streamlit_xsrf";function T(r,t={}){let e=new URL(r,lt);for(let[n,i]of Object.entries(t))i!=null&&i!==""&&e.searchParams.set(n,String(i));return e.href}function St(){for(let r of document.cookie.split("; "))if(r.startsWith(`${ot}=`))return r.slice(ot.length+1);return""}async function At(){await fetch(new URL("../_stcore/health",lt),{cache:"no-store"})}function Mt(r,t){try{let{error:e}=JSON.parse(t);if(e.what)return new h(e.what,e.why,e.fix,r)}catch{}return r>=500?new h(`The studio answered with status ${r}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",r):new h(`The studio answered with status ${r}.`,"The server did not say why.","Reload the page and try again.",r)}function dt(){return new h("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function at(r,t,e){let n={};r!=="GET"&&(n["x-xsrftoken"]=St()),e.json!==void 0&&(n["content-type"]="application/json");let i=new AbortController,s=setTimeout(()=>i.abort(),Tt),o=()=>i.abort();e.signal?.addEventListener("abort",o),e.signal?.aborted&&i.abort();let d={method:r,headers:n,credentials:"same-origin",keepalive:e.keepalive??!1,signal:i.signal};e.json!==void 0?d.body=JSON.stringify(e.json):e.body&&(d.body=e.body);try{return await fetch(t,d)}catch(l){throw e.signal?.aborted?l:dt()}finally{clearTimeout(s),e.signal?.removeEventListener("abort",o)}}async function q(r,t,e={}){let n=await at(r,t,e);if(n.status===403&&r!=="GET"&&(await At().catch(()=>{}),n=await at(r,t,e)),!n.ok)throw Mt(n.status,await n.text().catch(()=>""));return n}async function R(r,t,e={}){return await(await q("POST",r,{...e,json:t})).json().catch(()=>Promise.reject(dt()))}function ct(r){return r instanceof DOMException&&r.name==="AbortError"}function L(r){return r instanceof h?r:new h("The page could not finish this step.",r instanceof Error?r.message:String(r),"Reload the page; nothing that was saved is lost.",-1)}var Dt=500,Rt=8e3,Lt=[400,404,409,413,422],ut=new Map,Ct=Math.random().toString(36).slice(2,10),C=class r{constructor(t,e){this.name=t;this.options=e;this.limit=e.batch,this.adopt(),addEventListener("online",()=>this.retry()),addEventListener("pagehide",()=>{this.persist(),this.flush(!0)}),this.items.length>0&&(this.state="saving",this.schedule(0))}name;options;state="idle";error=null;reply=null;items=[];refused=[];leaving=0;limit;failures=0;timer;keeping;listeners=new Set;static open(t,e){let n=ut.get(t);if(n)return n;let i=new r(t,e);return ut.set(t,i),i}get waiting(){return[...this.refused,...this.items]}listen(t){return this.listeners.add(t),()=>this.listeners.delete(t)}add(...t){t.length!==0&&(this.items.push(...t),(this.state==="idle"||this.state==="saved")&&(this.state="saving"),this.leaving===0&&this.timer===void 0?this.schedule(this.options.gatherMs):this.keepSoon(),this.changed())}drop(t){let e=this.items.findIndex(i=>i.op_id===t),n=this.refused.findIndex(i=>i.op_id===t);if(n!==-1)this.refused.splice(n,1);else if(e>=this.leaving)this.items.splice(e,1);else return!1;return this.persist(),this.settle(),!0}retry(){this.waiting.length===0||this.leaving>0||(this.items.unshift(...this.refused.splice(0)),this.failures=0,this.state="saving",this.schedule(0),this.changed())}discard(){let t=this.refused.length>0?this.refused.splice(0):this.items.splice(0);return this.error=null,this.persist(),this.settle(),t}keepSoon(){this.keeping??=setTimeout(()=>{this.keeping=void 0,this.persist()},this.options.gatherMs)}schedule(t){clearTimeout(this.timer),this.timer=setTimeout(()=>{this.timer=void 0,this.persist(),this.flush(!1)},t)}async flush(t){if(this.leaving>0||this.items.length===0)return;clearTimeout(this.timer),this.timer=void 0;let e=this.items.slice(0,this.limit);this.leaving=e.length,this.failures===0&&this.refused.length===0&&(this.state="saving");try{let n=await this.options.send(e,t),i=new Set(n.acknowledged);if(i.size===0)throw new h("The studio confirmed nothing of what was sent.","It replied, but named no entry as saved.","Leave the page open: it tries again by itself.",503);this.leaving=0,this.items=this.items.filter(s=>!i.has(s.op_id)),this.reply=n.reply??this.reply,this.failures=0,this.limit=this.options.batch,this.refused.length===0&&(this.error=null),this.items.length>0&&this.schedule(0),this.persist(),this.settle()}catch(n){this.leaving=0,this.failed(L(n),e.length)}}failed(t,e){this.error=t,t.passing?(this.failures+=1,this.state="offline",this.schedule(Math.min(Rt,Dt*2**(this.failures-1)))):Lt.includes(t.status)?e>1?(this.limit=Math.ceil(e/2),this.schedule(0)):(this.refused.push(...this.items.splice(0,1)),this.state="refused",this.items.length>0&&this.schedule(0)):this.state="refused",this.changed()}settle(){this.refused.length>0?this.state="refused":this.items.length===0?(clearTimeout(this.timer),this.timer=void 0,this.error=null,this.state="saved"):(this.state==="offline"||this.state==="refused")&&(this.state="saving"),this.changed()}changed(){for(let t of[...this.listeners])t()}get prefix(){return`studio.outbox:${this.name}:`}adopt(){try{let t=new Map;for(let e of Object.keys(localStorage))if(e.startsWith(this.prefix)){for(let n of JSON.parse(localStorage.getItem(e)??"[]"))t.set(n.op_id,n);localStorage.removeItem(e)}this.items=[...t.values()],this.persist()}catch{}}persist(){try{let t=this.prefix+Ct;this.waiting.length===0?localStorage.removeItem(t):localStorage.setItem(t,JSON.stringify(this.waiting))}catch{}}};var Pt=[137,80,78,71,13,10,26,10],W=65535,Ot=Uint32Array.from({length:256},(r,t)=>{let e=t;for(let n=0;n<8;n+=1)e=e&1?3988292384^e>>>1:e>>>1;return e>>>0});function It(r){let t=4294967295;for(let e of r)t=(Ot[(t^e)&255]??0)^t>>>8;return(t^4294967295)>>>0}function _t(r){let t=1,e=0;for(let n of r)t=(t+n)%65521,e=(e+t)%65521;return(e<<16|t)>>>0}function S(r){return[r>>>24,r>>>16&255,r>>>8&255,r&255]}function F(r,t){let e=[...new TextEncoder().encode(r),...t];return[...S(t.length),...e,...S(It(Uint8Array.from(e)))]}function P(r,t,e){let n=new Uint8Array((t+1)*e);for(let s=0;s<e;s+=1)n.set(r.subarray(s*t,(s+1)*t),s*(t+1)+1);let i=[120,1];for(let s=0;s<n.length;s+=W){let o=n.subarray(s,s+W),d=s+W>=n.length?1:0,l=o.length;i.push(d,l&255,l>>8,~l&255,~l>>8&255,...o)}return i.push(...S(_t(n))),Uint8Array.from([...Pt,...F("IHDR",[...S(t),...S(e),8,0,0,0,0]),...F("IDAT",i),...F("IEND",[])])}function O(r){let t="";for(let e of r)t+=String.fromCharCode(e);return btoa(t)}function I(r,t){let e=new Uint8Array(t*t),n=r.flatMap(u=>u[0]),i=r.flatMap(u=>u[1]);if(n.length===0)return e;let s=Math.min(...n),o=Math.min(...i),d=Math.max(...n)-s,l=Math.max(...i)-o,c=Math.max(d,l),v=Math.max(4,Math.round(256/t)),p=t*v,y=c>0?224/c*(p/256):0,M=u=>p/2+(u-s-d/2)*y,b=u=>p/2+(u-o-l/2)*y,w=Math.max(16/256*p,v)/2,x=new Uint8Array(p*p);for(let[u,k]of r)for(let f=0;f<u.length;f+=1){let E=Math.max(0,f-1);Ut(x,p,w,M(u[E]??0),b(k[E]??0),M(u[f]??0),b(k[f]??0))}return Ht(x,p,v,e,t),e}function Ut(r,t,e,n,i,s,o){let d=s-n,l=o-i,c=d*d+l*l,v=Math.max(0,Math.floor(Math.min(n,s)-e)),p=Math.min(t-1,Math.ceil(Math.max(n,s)+e)),y=Math.max(0,Math.floor(Math.min(i,o)-e)),M=Math.min(t-1,Math.ceil(Math.max(i,o)+e));for(let b=y;b<=M;b+=1)for(let w=v;w<=p;w+=1){let x=w+.5-n,u=b+.5-i,k=c>0?Math.min(1,Math.max(0,(x*d+u*l)/c)):0,f=x-k*d,E=u-k*l;f*f+E*E<=e*e&&(r[b*t+w]=1)}}function Ht(r,t,e,n,i){for(let s=0;s<i;s+=1)for(let o=0;o<i;o+=1){let d=0;for(let l=s*e;l<(s+1)*e;l+=1)for(let c=o*e;c<(o+1)*e;c+=1)d+=r[l*t+c]??0;n[s*i+o]=Math.round(d/(e*e)*255)}}function pt(r,t,e){let n=I(r,t);return{op:{op_id:j(),verb:"add",target:"",...e,image:O(P(n,t,t)),strokes:r.map(([s,o,d])=>[s.map(Math.round),o.map(Math.round),d])},pixels:n}}function ht(r,t){r.drop(t.op_id)||r.add({...t,op_id:j(),verb:"remove",target:t.op_id,image:"",strokes:[]})}var A=class{constructor(t){this.outbox=t}outbox;counts={};reply=null;follow(){let{reply:t}=this.outbox;return!t||t===this.reply?!1:(this.reply=t,this.counts=t,!0)}of(t){let e=this.outbox.waiting.filter(n=>n.class_name===t).reduce((n,i)=>n+(i.verb==="add"?1:-1),0);return Math.max(0,(this.counts[t]??0)+e)}};function z(r){return C.open(`drawings:${r}`,{batch:1,gatherMs:0,send:async t=>{let e=null;for(let n of t)e=await $t(n)??e;return{acknowledged:t.map(n=>n.op_id),reply:e}}})}async function $t(r){if(r.verb==="remove")try{return(await(await q("DELETE",T(`drawings/${r.target}`))).json()).counts}catch(l){if(l instanceof h&&l.status===404)return null;throw l}let{op_id:t,collection:e,class_name:n,image:i,strokes:s,author:o}=r,d={op_id:t,collection:e,class_name:n,image:i,strokes:s,...o?{author:o}:{}};return(await R(T("drawings"),d)).counts}function Nt(r,...t){let e=a("div",{class:"notice",role:"alert"},a("p",{class:"notice-what"},r.what),a("p",{},r.why),a("p",{class:"notice-fix"},r.fix));return t.length>0&&e.append(a("div",{class:"notice-actions"},...t.map(n=>m(n.label,()=>n.run())))),e}function _(r,t,...e){if(!t){r.firstElementChild&&r.replaceChildren();return}let n=[t.what,t.why,...e.map(i=>i.label)].join(`
`);r.firstElementChild&&r.dataset.content===n||(r.dataset.content=n,r.replaceChildren(Nt(t,...e)))}var U=class{root=a("span",{class:"status",role:"status",hidden:!0});show(t,e){this.root.hidden=t==="idle",this.root.dataset.state!==t&&(this.root.dataset.state=t),g(this.root,Bt(t,e))}};function Bt(r,t){return r==="saving"?"saving…":r==="saved"?"saved":r==="offline"?`offline, ${t} waiting`:r==="refused"?`not saved, ${t} waiting`:""}function mt(r,t,e,n){_(r,t.state==="refused"?t.error:null,{label:"Try again",run:()=>t.retry()},{label:`Discard ${e}`,run:n})}var jt=12,H=class{constructor(t,e,n){this.paper=t;this.cleared=n;this.args=e,this.addButton.append(a("kbd",{class:"key on-accent","aria-hidden":!0},"Enter")),this.actions=[this.addButton],this.panel.append(a("div",{class:"count-row"},this.countLine,this.status.root),this.recent,this.place),this.outbox=z(e.data.collection??""),this.tally=new A(this.outbox),this.stopListening=this.outbox.listen(()=>this.refresh())}paper;cleared;panel=a("section",{class:"side","aria-label":"Drawings"});actions;addButton=m("Add",()=>this.submit(),{class:"button primary",title:"Add this drawing (Enter)"});countLine=a("p",{class:"count","aria-live":"polite"});status=new U;recent=a("ul",{class:"recent","aria-label":"Latest drawings"});place=a("div");outbox;tally;stopListening;args;countsProp="";announced=null;update(t){t.data.collection!==this.args.data.collection&&this.changeCollection(t),this.args=t;let e=JSON.stringify(t.data.counts??{});e!==this.countsProp&&(this.countsProp=e,this.tally.counts=t.data.counts??{}),this.refresh()}changed(){this.refresh()}submit(){let{collection:t,class_name:e,size:n}=this.args.data;if(this.paper.empty||!t||!e)return;let{op:i,pixels:s}=pt(this.paper.strokes,n,{collection:t,class_name:e});this.outbox.add(i),this.show(i,s),this.paper.clear(),this.cleared(),this.paper.canvas.focus({preventScroll:!0})}dispose(){this.stopListening()}changeCollection(t){this.stopListening(),this.outbox=z(t.data.collection??""),this.stopListening=this.outbox.listen(()=>this.refresh()),this.tally=new A(this.outbox),this.tally.follow(),this.countsProp="",this.announced=null,this.recent.replaceChildren()}show(t,e){let{size:n}=this.args.data,i=st(t,e,n,()=>this.remove(t,i));for(this.recent.prepend(i);this.recent.children.length>jt;)this.recent.lastElementChild?.remove()}remove(t,e){e.remove(),ht(this.outbox,t),this.paper.canvas.focus({preventScroll:!0})}refresh(){this.receive();let{class_name:t,collection:e}=this.args.data;this.addButton.disabled=this.paper.empty||!t||!e,g(this.countLine,t?`${t}: ${G(this.tally.of(t),"drawing")}`:"Choose a class to draw for.");let{outbox:n}=this,i=n.waiting.length;this.status.show(n.state,i),mt(this.place,n,`${B(i)} unsaved`,()=>{n.discard()})}receive(){if(!this.tally.follow())return;let t=Object.values(this.tally.counts).reduce((e,n)=>e+n,0);!this.args.data.notify||t===this.announced||(this.announced=t,this.args.setStateValue("added",t))}};var Kt=120,qt=2e3,Wt=5,Ft=new Intl.NumberFormat("en-US",{style:"percent",maximumFractionDigits:1}),$=class{constructor(t,e,n,i){this.endpoint=n;this.question=i;this.emptyState=a("div",{class:"empty"},a("strong",{},t),a("span",{},e)),this.panel.append(this.place,this.emptyState,this.bars,this.timing),this.refresh()}endpoint;question;panel=a("section",{class:"side","aria-label":"What the model says"});emptyState;bars=a("ol",{class:"bars","aria-live":"polite"});timing=a("p",{class:"muted small numbers timing"});place=a("div");timer;inFlight=null;answer=null;error=null;changed(t){clearTimeout(this.timer),this.inFlight?.abort(),t?(this.answer=null,this.error=null,this.refresh()):this.timer=setTimeout(()=>{this.ask()},Kt)}dispose(){clearTimeout(this.timer),this.inFlight?.abort()}async ask(){let[t,e]=[this.endpoint(),this.question()];if(!t||!e)return;let n=new AbortController;this.inFlight=n,this.panel.setAttribute("aria-busy","true");try{let i=T(`endpoints/${encodeURIComponent(t)}/predict`);this.answer=await R(i,e,{signal:n.signal}),this.error=null,this.refresh()}catch(i){if(ct(i))return;this.error=L(i),this.refresh(),this.error.passing&&(this.timer=setTimeout(()=>{this.ask()},qt))}finally{this.inFlight===n&&this.panel.removeAttribute("aria-busy")}}refresh(){let{error:t}=this;_(this.place,t,{label:"Try again",run:()=>this.changed(this.question()===null)}),this.emptyState.hidden=this.answer!==null||t!==null,this.bars.hidden=this.answer===null,this.panel.classList.toggle("stale",t!==null),g(this.timing,this.answer?`answered in ${this.answer.milliseconds.toFixed(1)} ms`:""),this.answer&&this.paintBars(this.answer.top.slice(0,Wt))}paintBars(t){for(;this.bars.children.length<t.length;)this.bars.append(a("li",{},a("span",{class:"bar-name"}),a("span",{class:"bar-share numbers"}),a("div",{class:"bar","aria-hidden":!0},a("div"))));for(;this.bars.children.length>t.length;)this.bars.lastElementChild?.remove();t.forEach(({class_name:e,probability:n},i)=>{let s=this.bars.children[i],[o,d,l]=s?[...s.children]:[],c=l?.firstElementChild;o&&g(o,e),d&&g(d,Ft.format(n)),c instanceof HTMLElement&&(c.style.transform=`scaleX(${n})`)})}};var N=class{constructor(t,e){this.paper=t;this.args=e,this.answers=new $("Draw something","The model answers after every stroke.",()=>this.args.data.endpoint,()=>this.question())}paper;actions=[];answers;args;get panel(){return this.answers.panel}update(t){let e=this.args.data;this.args=t,(e.endpoint!==t.data.endpoint||e.size!==t.data.size)&&this.changed()}changed(){this.answers.changed(this.paper.empty)}submit(){this.changed()}dispose(){this.answers.dispose()}question(){if(this.paper.empty)return null;let{size:t}=this.args.data;return{image:O(P(I(this.paper.strokes,t),t,t))}}};var ft=`.pad {
  display: grid;
  gap: 1rem;
}
.pad-main {
  display: grid;
  gap: 0.6rem;
  justify-items: center;
}
.tools {
  display: flex;
  gap: 0.5rem;
  width: min(100%, var(--side, 320px));
}
.tools .button {
  flex: 1 1 auto;
}
.tools .primary {
  flex-grow: 2;
}
@container (min-width: 600px) {
  .pad {
    grid-template-columns: minmax(0, var(--side, 320px)) minmax(0, 1fr);
    gap: 1.5rem;
  }
  .pad-main {
    justify-items: stretch;
  }
}
`;var X=class{paper;hint=a("p",{class:"paper-hint","aria-hidden":!0});undo;clear;side;pad;constructor(t,e){let n=()=>this.changed();this.paper=new D("Drawing area",()=>this.started(),n),this.undo=m("Undo",()=>this.undoStroke(),{title:"Take back a stroke (Ctrl+Z)"}),this.clear=m("Clear",()=>this.clearAll(),{title:"Start again (Delete)"}),this.side=e.data.mode==="predict"?new N(this.paper,e):new H(this.paper,e,n);let i=a("div",{class:"sheet"},this.paper.canvas,this.hint),s=a("div",{class:"tools"},this.undo,this.clear,...this.side.actions);this.pad=a("div",{class:"pad"},a("div",{class:"pad-main"},i,s),this.side.panel),t.append(this.pad),t.addEventListener("keydown",o=>this.key(o)),this.update(e)}update(t){this.pad.style.setProperty("--side",`${t.data.height}px`),this.hint.textContent=t.data.mode==="collect"&&t.data.class_name?`Draw: ${t.data.class_name}`:"Draw something",this.side.update(t),this.paper.paint(),this.refresh()}dispose(){this.side.dispose(),this.paper.dispose()}started(){this.refresh()}changed(){this.refresh(),this.side.changed()}refresh(){this.hint.hidden=!this.paper.empty,this.undo.disabled=this.paper.empty,this.clear.disabled=this.paper.empty}undoStroke(){this.paper.undo(),this.changed()}clearAll(){this.paper.clear(),this.changed(),this.paper.canvas.focus({preventScroll:!0})}key(t){if(t.stopPropagation(),(t.ctrlKey||t.metaKey)&&t.code==="KeyZ")this.undoStroke();else{if(t.ctrlKey||t.metaKey||t.altKey)return;if(t.code==="Delete"||t.code==="Backspace")this.clearAll();else if(t.code==="Enter"&&!V(t))this.side.submit();else return}t.preventDefault()}},Ye=et(J+Y+it+ft,(r,t)=>new X(r,t));export{Ye as default};
