var X=`.bars {
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
`;function a(i,t={},...e){let r=document.createElement(i);for(let[n,s]of Object.entries(t)){if(s===void 0||s===!1)continue;let o=s===!0&&!n.startsWith("aria-");r.setAttribute(n,o?"":String(s))}return r.append(...e),r}function u(i,t,e={}){let r=a("button",{type:"button",class:"button",...e},i);return r.addEventListener("click",t),r}function v(i,t){i.textContent!==t&&(i.textContent=t)}var wt=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function F(i){return wt.format(i)}function V(i,t,e=`${t}s`){return`${F(i)} ${i===1?t:e}`}function K(){if(typeof crypto.randomUUID=="function")return crypto.randomUUID();let i=crypto.getRandomValues(new Uint8Array(16));i[6]=(i[6]??0)&15|64,i[8]=(i[8]??0)&63|128;let t=Array.from(i,e=>e.toString(16).padStart(2,"0")).join("");return[8,12,16,20,32].map((e,r,n)=>t.slice(n[r-1]??0,e)).join("-")}var Q=`.side {
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
`;function Z(i){return i.composedPath()[0]instanceof HTMLButtonElement}var tt=`.studio {
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
`;function et(i,t){let e=document.createElement("span");e.style.color=t,i.append(e);let r=getComputedStyle(e).color;e.remove();let n=r.match(/[\d.]+/g)?.map(Number)??[],s=r.startsWith("color(")?255:1;return[(n[0]??0)*s,(n[1]??0)*s,(n[2]??0)*s]}function rt([i,t,e]){let r=n=>{let s=n/255;return s<=.04045?s/12.92:((s+.055)/1.055)**2.4};return .2126*r(i)+.7152*r(t)+.0722*r(e)}function q(i){let t=rt(et(i,"var(--st-background-color, #ffffff)"))<.4;i.dataset.theme=t?"dark":"light";let e=rt(et(i,"var(--st-primary-color, #ff4b4b)"));i.style.setProperty("--on-accent",1.05/(e+.05)>=3?"#ffffff":"#111111")}var Et=50;function it(i,t){let e=new WeakMap;return r=>{let n=r.parentElement,s=e.get(n);if(s)q(s.host),s.instance.update(r);else{let d=document.createElement("style");d.textContent=tt+i;let c=document.createElement("div");c.className="studio",n.append(d,c),q(c),s={host:c,style:d,instance:t(c,r),turn:0},e.set(n,s)}let o=s,l=++o.turn;return()=>{setTimeout(()=>{o.turn!==l||o.host.isConnected||(o.instance.dispose(),o.host.remove(),o.style.remove(),e.delete(n))},Et)}}}var nt=255,St=16/256,C=class{constructor(t,e,r){this.onStart=e;this.onStroke=r;this.canvas=a("canvas",{class:"paper",tabindex:0,role:"img","aria-label":t}),this.canvas.addEventListener("pointerdown",n=>this.down(n)),this.canvas.addEventListener("pointermove",n=>this.move(n)),this.canvas.addEventListener("pointerup",n=>this.up(n)),this.canvas.addEventListener("pointercancel",n=>this.up(n)),this.canvas.addEventListener("touchstart",n=>n.preventDefault(),{passive:!1}),this.observer=new ResizeObserver(()=>this.paint()),this.observer.observe(this.canvas)}onStart;onStroke;canvas;strokes=[];current=null;pointer=null;startedAt=0;observer;get empty(){return this.strokes.length===0&&this.current===null}undo(){this.strokes.pop(),this.paint()}clear(){this.strokes=[],this.current=null,this.pointer=null,this.paint()}finish(){this.current&&(this.pointer=null,this.strokes.push(this.current),this.current=null,this.paint())}dispose(){this.observer.disconnect()}paint(){let t=this.canvas.getBoundingClientRect();if(t.width===0)return;let e=window.devicePixelRatio||1,r=Math.round(t.width*e);(this.canvas.width!==r||this.canvas.height!==r)&&(this.canvas.width=r,this.canvas.height=r);let n=this.canvas.getContext("2d");if(!n)return;n.clearRect(0,0,r,r),n.lineWidth=St*r,n.lineCap="round",n.lineJoin="round",n.strokeStyle=getComputedStyle(this.canvas).color;let s=r/nt;for(let o of this.current?[...this.strokes,this.current]:this.strokes)Tt(n,o,s)}down(t){this.pointer!==null||t.pointerType==="mouse"&&t.button!==0||(t.preventDefault(),this.canvas.focus({preventScroll:!0}),this.canvas.setPointerCapture(t.pointerId),this.pointer=t.pointerId,this.strokes.length===0&&(this.startedAt=t.timeStamp),this.current=[[],[],[]],this.record(t),this.onStart(),this.paint())}move(t){if(t.pointerId!==this.pointer)return;let e=t.getCoalescedEvents?.()??[];for(let r of e.length>0?e:[t])this.record(r);this.paint()}up(t){t.pointerId!==this.pointer||!this.current||(this.finish(),this.onStroke())}record(t){if(!this.current)return;let e=this.canvas.getBoundingClientRect(),r=(c,b,m)=>{let x=Math.min(1,Math.max(0,(c-b)/m));return Math.round(x*nt*10)/10},n=r(t.clientX,e.left,e.width),s=r(t.clientY,e.top,e.height),[o,l,d]=this.current;o.at(-1)===n&&l.at(-1)===s||(o.push(n),l.push(s),d.push(Math.max(0,Math.round(t.timeStamp-this.startedAt))))}};function Tt(i,[t,e],r){let n=o=>(t[o]??0)*r,s=o=>(e[o]??0)*r;i.beginPath(),i.moveTo(n(0),s(0)),t.length===1&&i.lineTo(n(0),s(0));for(let o=1;o<t.length-1;o+=1){let l=(n(o)+n(o+1))/2,d=(s(o)+s(o+1))/2;i.quadraticCurveTo(n(o),s(o),l,d)}t.length>1&&i.lineTo(n(t.length-1),s(t.length-1)),i.stroke()}function st(i,t,e){let r=a("canvas",{class:"picture",width:t,height:t,role:"img","aria-label":e}),n=new ImageData(t,t);return i.forEach((s,o)=>n.data.set([s,s,s,255],o*4)),r.getContext("2d")?.putImageData(n,0,0),r}var ot=`.sheet {
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
`;function at(i,t,e,r){let{class_name:n}=i,s=`drawing of ${n}`;return a("li",{},st(t,e,s),a("span",{class:"caption",title:n},n),u("×",r,{class:"button remove","aria-label":`Remove this ${s}`,title:"Remove"}))}var h=class extends Error{constructor(e,r,n,s){super(e);this.what=e;this.why=r;this.fix=n;this.status=s}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},ct=new URL("../",import.meta.url),At=2e4,lt="_streamlit_xsrf";function f(i,t={}){let e=new URL(i,ct);for(let[r,n]of Object.entries(t))n!=null&&n!==""&&e.searchParams.set(r,String(n));return e.href}function Dt(){for(let i of document.cookie.split("; "))if(i.startsWith(`${lt}=`))return i.slice(lt.length+1);return""}async function Lt(){await fetch(new URL("../_stcore/health",ct),{cache:"no-store"})}function Rt(i,t){try{let{error:e}=JSON.parse(t);if(e.what)return new h(e.what,e.why,e.fix,i)}catch{}return i>=500?new h(`The studio answered with status ${i}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",i):new h(`The studio answered with status ${i}.`,"The server did not say why.","Reload the page and try again.",i)}function pt(){return new h("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function dt(i,t,e){let r={};i!=="GET"&&(r["x-xsrftoken"]=Dt()),e.json!==void 0&&(r["content-type"]="application/json");let n=new AbortController,s=setTimeout(()=>n.abort(),At),o=()=>n.abort();e.signal?.addEventListener("abort",o),e.signal?.aborted&&n.abort();let l={method:i,headers:r,credentials:"same-origin",keepalive:e.keepalive??!1,signal:n.signal};e.json!==void 0?l.body=JSON.stringify(e.json):e.body&&(l.body=e.body);try{return await fetch(t,l)}catch(d){throw e.signal?.aborted?d:pt()}finally{clearTimeout(s),e.signal?.removeEventListener("abort",o)}}async function A(i,t,e={}){let r=await dt(i,t,e);if(r.status===403&&i!=="GET"&&(await Lt().catch(()=>{}),r=await dt(i,t,e)),!r.ok)throw Rt(r.status,await r.text().catch(()=>""));return r}async function I(i,t,e={}){return await(await A("POST",i,{...e,json:t})).json().catch(()=>Promise.reject(pt()))}function ht(i){return i instanceof DOMException&&i.name==="AbortError"}function E(i){return i instanceof h?i:new h("The page could not finish this step.",i instanceof Error?i.message:String(i),"Reload the page; nothing that was saved is lost.",-1)}var Pt=500,Ct=8e3,It=[400,404,409,413,422],ut=new Map,Ot=Math.random().toString(36).slice(2,10),O=class i{constructor(t,e){this.name=t;this.options=e;this.limit=e.batch,this.adopt(),addEventListener("online",()=>this.retry()),addEventListener("pagehide",()=>{this.persist(),this.flush(!0)}),this.items.length>0&&(this.state="saving",this.schedule(0))}name;options;state="idle";error=null;reply=null;items=[];refused=[];leaving=0;limit;failures=0;timer;keeping;listeners=new Set;static open(t,e){let r=ut.get(t);if(r)return r;let n=new i(t,e);return ut.set(t,n),n}get waiting(){return[...this.refused,...this.items]}listen(t){return this.listeners.add(t),()=>this.listeners.delete(t)}add(...t){t.length!==0&&(this.items.push(...t),(this.state==="idle"||this.state==="saved")&&(this.state="saving"),this.leaving===0&&this.timer===void 0?this.schedule(this.options.gatherMs):this.keepSoon(),this.changed())}drop(t){let e=this.items.findIndex(n=>n.op_id===t),r=this.refused.findIndex(n=>n.op_id===t);if(r!==-1)this.refused.splice(r,1);else if(e>=this.leaving)this.items.splice(e,1);else return!1;return this.persist(),this.settle(),!0}retry(){this.waiting.length===0||this.leaving>0||(this.items.unshift(...this.refused.splice(0)),this.failures=0,this.state="saving",this.schedule(0),this.changed())}discard(){let t=this.refused.length>0?this.refused.splice(0):this.items.splice(0);return this.error=null,this.persist(),this.settle(),t}keepSoon(){this.keeping??=setTimeout(()=>{this.keeping=void 0,this.persist()},this.options.gatherMs)}schedule(t){clearTimeout(this.timer),this.timer=setTimeout(()=>{this.timer=void 0,this.persist(),this.flush(!1)},t)}async flush(t){if(this.leaving>0||this.items.length===0)return;clearTimeout(this.timer),this.timer=void 0;let e=this.items.slice(0,this.limit);this.leaving=e.length,this.failures===0&&this.refused.length===0&&(this.state="saving");try{let r=await this.options.send(e,t),n=new Set(r.acknowledged);if(n.size===0)throw new h("The studio confirmed nothing of what was sent.","It replied, but named no entry as saved.","Leave the page open: it tries again by itself.",503);this.leaving=0,this.items=this.items.filter(s=>!n.has(s.op_id)),this.reply=r.reply??this.reply,this.failures=0,this.limit=this.options.batch,this.refused.length===0&&(this.error=null),this.items.length>0&&this.schedule(0),this.persist(),this.settle()}catch(r){this.leaving=0,this.failed(E(r),e.length)}}failed(t,e){this.error=t,t.passing?(this.failures+=1,this.state="offline",this.schedule(Math.min(Ct,Pt*2**(this.failures-1)))):It.includes(t.status)?e>1?(this.limit=Math.ceil(e/2),this.schedule(0)):(this.refused.push(...this.items.splice(0,1)),this.state="refused",this.items.length>0&&this.schedule(0)):this.state="refused",this.changed()}settle(){this.refused.length>0?this.state="refused":this.items.length===0?(clearTimeout(this.timer),this.timer=void 0,this.error=null,this.state="saved"):(this.state==="offline"||this.state==="refused")&&(this.state="saving"),this.changed()}changed(){for(let t of[...this.listeners])t()}get prefix(){return`studio.outbox:${this.name}:`}adopt(){try{let t=new Map;for(let e of Object.keys(localStorage))if(e.startsWith(this.prefix)){for(let r of JSON.parse(localStorage.getItem(e)??"[]"))t.set(r.op_id,r);localStorage.removeItem(e)}this.items=[...t.values()],this.persist()}catch{}}persist(){try{let t=this.prefix+Ot;this.waiting.length===0?localStorage.removeItem(t):localStorage.setItem(t,JSON.stringify(this.waiting))}catch{}}};var Ut=[137,80,78,71,13,10,26,10],G=65535,_t=Uint32Array.from({length:256},(i,t)=>{let e=t;for(let r=0;r<8;r+=1)e=e&1?3988292384^e>>>1:e>>>1;return e>>>0});function Ht(i){let t=4294967295;for(let e of i)t=(_t[(t^e)&255]??0)^t>>>8;return(t^4294967295)>>>0}function $t(i){let t=1,e=0;for(let r of i)t=(t+r)%65521,e=(e+t)%65521;return(e<<16|t)>>>0}function D(i){return[i>>>24,i>>>16&255,i>>>8&255,i&255]}function z(i,t){let e=[...new TextEncoder().encode(i),...t];return[...D(t.length),...e,...D(Ht(Uint8Array.from(e)))]}function U(i,t,e){let r=new Uint8Array((t+1)*e);for(let s=0;s<e;s+=1)r.set(i.subarray(s*t,(s+1)*t),s*(t+1)+1);let n=[120,1];for(let s=0;s<r.length;s+=G){let o=r.subarray(s,s+G),l=s+G>=r.length?1:0,d=o.length;n.push(l,d&255,d>>8,~d&255,~d>>8&255,...o)}return n.push(...D($t(r))),Uint8Array.from([...Ut,...z("IHDR",[...D(t),...D(e),8,0,0,0,0]),...z("IDAT",n),...z("IEND",[])])}function L(i){let t="";for(let e of i)t+=String.fromCharCode(e);return btoa(t)}function _(i,t){let e=new Uint8Array(t*t),r=i.flatMap(p=>p[0]),n=i.flatMap(p=>p[1]);if(r.length===0)return e;let s=Math.min(...r),o=Math.min(...n),l=Math.max(...r)-s,d=Math.max(...n)-o,c=Math.max(l,d),b=Math.max(4,Math.round(256/t)),m=t*b,x=c>0?224/c*(m/256):0,P=p=>m/2+(p-s-l/2)*x,y=p=>m/2+(p-o-d/2)*x,k=Math.max(16/256*m,b)/2,S=new Uint8Array(m*m);for(let[p,T]of i)for(let g=0;g<p.length;g+=1){let M=Math.max(0,g-1);Bt(S,m,k,P(p[M]??0),y(T[M]??0),P(p[g]??0),y(T[g]??0))}return Nt(S,m,b,e,t),e}function Bt(i,t,e,r,n,s,o){let l=s-r,d=o-n,c=l*l+d*d,b=Math.max(0,Math.floor(Math.min(r,s)-e)),m=Math.min(t-1,Math.ceil(Math.max(r,s)+e)),x=Math.max(0,Math.floor(Math.min(n,o)-e)),P=Math.min(t-1,Math.ceil(Math.max(n,o)+e));for(let y=x;y<=P;y+=1)for(let k=b;k<=m;k+=1){let S=k+.5-r,p=y+.5-n,T=c>0?Math.min(1,Math.max(0,(S*l+p*d)/c)):0,g=S-T*l,M=p-T*d;g*g+M*M<=e*e&&(i[y*t+k]=1)}}function Nt(i,t,e,r,n){for(let s=0;s<n;s+=1)for(let o=0;o<n;o+=1){let l=0;for(let d=s*e;d<(s+1)*e;d+=1)for(let c=o*e;c<(o+1)*e;c+=1)l+=i[d*t+c]??0;r[s*n+o]=Math.round(l/(e*e)*255)}}function mt(i,t,e){let r=_(i,t);return{op:{op_id:K(),verb:"add",target:"",...e,image:L(U(r,t,t)),strokes:i.map(([s,o,l])=>[s.map(Math.round),o.map(Math.round),l])},pixels:r}}function ft(i,t){i.drop(t.op_id)||i.add({...t,op_id:K(),verb:"remove",target:t.op_id,image:"",strokes:[]})}var R=class{constructor(t){this.outbox=t}outbox;counts={};reply=null;follow(){let{reply:t}=this.outbox;return!t||t===this.reply?!1:(this.reply=t,this.counts=t,!0)}of(t){let e=this.outbox.waiting.filter(r=>r.class_name===t).reduce((r,n)=>r+(n.verb==="add"?1:-1),0);return Math.max(0,(this.counts[t]??0)+e)}};function J(i){return O.open(`drawings:${i}`,{batch:1,gatherMs:0,send:async t=>{let e=null;for(let r of t)e=await jt(r)??e;return{acknowledged:t.map(r=>r.op_id),reply:e}}})}async function jt(i){if(i.verb==="remove")try{return(await(await A("DELETE",f(`drawings/${i.target}`))).json()).counts}catch(d){if(d instanceof h&&d.status===404)return null;throw d}let{op_id:t,collection:e,class_name:r,image:n,strokes:s,author:o}=i,l={op_id:t,collection:e,class_name:r,image:n,strokes:s,...o?{author:o}:{}};return(await I(f("drawings"),l)).counts}function Wt(i,...t){let e=a("div",{class:"notice",role:"alert"},a("p",{class:"notice-what"},i.what),a("p",{},i.why),a("p",{class:"notice-fix"},i.fix));return t.length>0&&e.append(a("div",{class:"notice-actions"},...t.map(r=>u(r.label,()=>r.run())))),e}function w(i,t,...e){if(!t){i.firstElementChild&&i.replaceChildren();return}let r=[t.what,t.why,...e.map(n=>n.label)].join(`
`);i.firstElementChild&&i.dataset.content===r||(i.dataset.content=r,i.replaceChildren(Wt(t,...e)))}var H=class{root=a("span",{class:"status",role:"status",hidden:!0});show(t,e){this.root.hidden=t==="idle",this.root.dataset.state!==t&&(this.root.dataset.state=t),v(this.root,Ft(t,e))}};function Ft(i,t){return i==="saving"?"saving…":i==="saved"?"saved":i==="offline"?`offline, ${t} waiting`:i==="refused"?`not saved, ${t} waiting`:""}function gt(i,t,e,r){w(i,t.state==="refused"?t.error:null,{label:"Try again",run:()=>t.retry()},{label:`Discard ${e}`,run:r})}var Kt=12,$=class{constructor(t,e,r){this.paper=t;this.cleared=r;this.args=e,this.addButton.append(a("kbd",{class:"key on-accent","aria-hidden":!0},"Enter")),this.actions=[this.addButton],this.panel.append(a("div",{class:"count-row"},this.countLine,this.status.root),this.recent,this.place),this.outbox=J(e.data.collection??""),this.tally=new R(this.outbox),this.stopListening=this.outbox.listen(()=>this.refresh())}paper;cleared;panel=a("section",{class:"side","aria-label":"Drawings"});actions;cover=null;addButton=u("Add",()=>this.submit(),{class:"button primary",title:"Add this drawing (Enter)"});countLine=a("p",{class:"count","aria-live":"polite"});status=new H;recent=a("ul",{class:"recent","aria-label":"Latest drawings"});place=a("div");outbox;tally;stopListening;args;countsProp="";announced=null;update(t){t.data.collection!==this.args.data.collection&&this.changeCollection(t),this.args=t;let e=JSON.stringify(t.data.counts??{});e!==this.countsProp&&(this.countsProp=e,this.tally.counts=t.data.counts??{}),this.refresh()}started(){this.refresh()}changed(){this.refresh()}submit(){let{collection:t,class_name:e,size:r}=this.args.data;if(this.paper.empty||!t||!e)return;let{op:n,pixels:s}=mt(this.paper.strokes,r,{collection:t,class_name:e});this.outbox.add(n),this.show(n,s),this.paper.clear(),this.cleared(),this.paper.canvas.focus({preventScroll:!0})}dispose(){this.stopListening()}changeCollection(t){this.stopListening(),this.outbox=J(t.data.collection??""),this.stopListening=this.outbox.listen(()=>this.refresh()),this.tally=new R(this.outbox),this.tally.follow(),this.countsProp="",this.announced=null,this.recent.replaceChildren()}show(t,e){let{size:r}=this.args.data,n=at(t,e,r,()=>this.remove(t,n));for(this.recent.prepend(n);this.recent.children.length>Kt;)this.recent.lastElementChild?.remove()}remove(t,e){e.remove(),ft(this.outbox,t),this.paper.canvas.focus({preventScroll:!0})}refresh(){this.receive();let{class_name:t,collection:e}=this.args.data;this.addButton.disabled=this.paper.empty||!t||!e,v(this.countLine,t?`${t}: ${V(this.tally.of(t),"drawing")}`:"Choose a class to draw for.");let{outbox:r}=this,n=r.waiting.length;this.status.show(r.state,n),gt(this.place,r,`${F(n)} unsaved`,()=>{r.discard()})}receive(){if(!this.tally.follow())return;let t=Object.values(this.tally.counts).reduce((e,r)=>e+r,0);!this.args.data.notify||t===this.announced||(this.announced=t,this.args.setStateValue("added",t))}};var qt=120,Gt=2e3,zt=5,Jt=new Intl.NumberFormat("en-US",{style:"percent",maximumFractionDigits:1}),B=class{constructor(t,e,r,n){this.endpoint=r;this.question=n;this.emptyState=a("div",{class:"empty"},a("strong",{},t),a("span",{},e)),this.panel.append(this.place,this.emptyState,this.bars,this.timing),this.refresh()}endpoint;question;panel=a("section",{class:"side","aria-label":"What the model says"});emptyState;bars=a("ol",{class:"bars","aria-live":"polite"});timing=a("p",{class:"muted small numbers timing"});place=a("div");timer;inFlight=null;answer=null;error=null;changed(t){clearTimeout(this.timer),this.inFlight?.abort(),t?(this.answer=null,this.error=null,this.refresh()):this.timer=setTimeout(()=>{this.ask()},qt)}dispose(){clearTimeout(this.timer),this.inFlight?.abort()}async ask(){let[t,e]=[this.endpoint(),this.question()];if(!t||!e)return;let r=new AbortController;this.inFlight=r,this.panel.setAttribute("aria-busy","true");try{let n=f(`endpoints/${encodeURIComponent(t)}/predict`);this.answer=await I(n,e,{signal:r.signal}),this.error=null,this.refresh()}catch(n){if(ht(n))return;this.error=E(n),this.refresh(),this.error.passing&&(this.timer=setTimeout(()=>{this.ask()},Gt))}finally{this.inFlight===r&&this.panel.removeAttribute("aria-busy")}}refresh(){let{error:t}=this;w(this.place,t,{label:"Try again",run:()=>this.changed(this.question()===null)}),this.emptyState.hidden=this.answer!==null||t!==null,this.bars.hidden=this.answer===null,this.panel.classList.toggle("stale",t!==null),v(this.timing,this.answer?`${this.answer.model} answered in ${this.answer.milliseconds.toFixed(1)} ms`:""),this.answer&&this.paintBars(this.answer.top.slice(0,zt))}paintBars(t){for(;this.bars.children.length<t.length;)this.bars.append(a("li",{},a("span",{class:"bar-name"}),a("span",{class:"bar-share numbers"}),a("div",{class:"bar","aria-hidden":!0},a("div"))));for(;this.bars.children.length>t.length;)this.bars.lastElementChild?.remove();t.forEach(({class_name:e,probability:r},n)=>{let s=this.bars.children[n],[o,l,d]=s?[...s.children]:[],c=d?.firstElementChild;o&&v(o,e),l&&v(l,Jt.format(r)),c instanceof HTMLElement&&(c.style.transform=`scaleX(${r})`)})}};var Yt=9e5,Xt=1024;async function vt(i){if(i.size<=Yt)return new Uint8Array(await i.arrayBuffer());let t=await createImageBitmap(i).catch(()=>null),e=t?Math.min(1,Xt/Math.max(t.width,t.height)):0,r=document.createElement("canvas");r.width=Math.max(1,Math.round((t?.width??0)*e)),r.height=Math.max(1,Math.round((t?.height??0)*e)),t&&r.getContext("2d")?.drawImage(t,0,0,r.width,r.height),t?.close();let n=await new Promise(s=>r.toBlob(s,"image/jpeg",.92));if(!t||!n)throw new h(`${i.name} is no picture that this browser can read.`,"It is large, and has to be made smaller before it is sent.","Choose a PNG, JPEG, WebP, GIF or BMP file.",-1);return new Uint8Array(await n.arrayBuffer())}var Vt=16,N=class i{constructor(t,e,r,n,s){this.url=t;this.columns=e;this.rows=r;this.cellWidth=n;this.cellHeight=s}url;columns;rows;cellWidth;cellHeight;static async load(t,e,r){let n=f("sprite",{samples:t,ids:e.join(",")}),s=await A("GET",n,r?{signal:r}:{}),o=URL.createObjectURL(await s.blob()),l=new Image;l.src=o,await l.decode();let d=Math.min(Vt,e.length),c=Math.ceil(e.length/d);return new i(o,d,c,l.naturalWidth/d,l.naturalHeight/c)}paint(t,e,r){let n=r/Math.max(this.cellWidth,this.cellHeight),s=this.cellWidth*n,o=this.cellHeight*n,l=e%this.columns,d=Math.floor(e/this.columns);t.style.width=`${s}px`,t.style.height=`${o}px`,t.style.backgroundImage=`url("${this.url}")`,t.style.backgroundSize=`${this.columns*s}px ${this.rows*o}px`,t.style.backgroundPosition=`${-l*s}px ${-d*o}px`,t.classList.toggle("crisp",Math.max(this.cellWidth,this.cellHeight)<=64)}dispose(){URL.revokeObjectURL(this.url)}};var Qt=48,j=class{constructor(t){this.pressed=t;this.root.append(a("p",{class:"muted small"},"Or try a sample that it was not trained on:"),this.tiles)}pressed;root=a("section",{class:"tries","aria-label":"Samples to try",hidden:!0});tiles=a("ul",{class:"try-tiles"});buttons=new Map;shown="";sprite=null;stop=null;update(t){let e=JSON.stringify(t);e!==this.shown&&(this.shown=e,this.dispose(),this.tiles.replaceChildren(),this.buttons.clear(),this.root.hidden=!t||t.samples.length===0,t&&t.samples.length>0&&this.fill(t.digest,t.samples))}choose(t){for(let[e,r]of this.buttons)r.setAttribute("aria-pressed",String(e===t))}dispose(){this.stop?.abort(),this.sprite?.dispose(),this.sprite=null}async fill(t,e){let r=new AbortController;this.stop=r;let n=e.map(o=>o.id),s=await N.load(t,n,r.signal).catch(()=>null);if(!s||r.signal.aborted){s?.dispose(),this.root.hidden=!0;return}this.sprite=s,e.forEach((o,l)=>this.tiles.append(this.tile(s,o,l)))}tile(t,{id:e,label:r},n){let s=a("span",{class:"try-picture"});t.paint(s,n,Qt);let o=r||"no class yet",l=u("",()=>{this.pressed(e,o),this.choose(e)},{class:"button try","aria-pressed":"false","aria-label":`Try sample ${e}: ${o}`,title:o});return l.append(s,a("span",{class:"caption"},o)),this.buttons.set(e,l),a("li",{},l)}};var W=class{constructor(t,e,r){this.paper=t;this.refreshed=r;this.args=e,this.answers=new B("Draw something","The model answers after every stroke.",()=>this.args.data.endpoint,()=>this.question()),this.panel=a("div",{class:"side"},this.place,this.answers.panel,this.tries.root),this.choose=u("Picture …",()=>this.chooser.click(),{title:"Ask about a picture file"}),this.actions=[this.choose,this.chooser],this.chooser.addEventListener("change",()=>{let s=this.chooser.files?.[0];this.chooser.value="",s&&this.tryFile(s)});let n=t.canvas;n.addEventListener("dragover",s=>s.preventDefault()),n.addEventListener("drop",s=>{s.preventDefault();let o=s.dataTransfer?.files[0];o&&this.args.data.sends==="image"&&this.tryFile(o)})}paper;refreshed;actions;cover=a("img",{class:"cover",alt:"",hidden:!0});panel;answers;tries=new j((t,e)=>this.trySample(t,e));place=a("div");chooser=a("input",{type:"file",accept:"image/*",hidden:!0});choose;args;given=null;started(){this.uncover()}update(t){let e=this.args.data;this.args=t,this.choose.hidden=t.data.sends!=="image",this.tries.update(t.data.tries),(e.endpoint!==t.data.endpoint||e.size!==t.data.size)&&this.ask()}changed(){this.uncover(),this.ask()}submit(){this.ask()}dispose(){this.answers.dispose(),this.tries.dispose(),this.uncover()}ask(){this.answers.changed(this.paper.empty&&this.given===null)}trySample(t,e){let r=this.args.data.tries?.digest??"";this.lay({sample:t},f("sprite",{samples:r,ids:String(t)}),e)}async tryFile(t){try{let e=await vt(t);this.lay({image:L(e)},URL.createObjectURL(t),t.name)}catch(e){w(this.place,E(e))}}lay(t,e,r){this.paper.clear(),this.uncover(),this.given=t,this.cover.src=e,this.cover.alt=r,this.cover.hidden=!1,this.refreshed(),this.ask()}uncover(){w(this.place,null),this.given=null,this.tries.choose(null),this.cover.hidden=!0,this.cover.src.startsWith("blob:")&&URL.revokeObjectURL(this.cover.src),this.cover.removeAttribute("src")}question(){if(this.given)return this.given;if(this.paper.empty)return null;let{sends:t,size:e}=this.args.data;return t==="strokes"?{strokes:this.paper.strokes.map(([r,n])=>[r,n])}:{image:L(U(_(this.paper.strokes,e),e,e))}}};var bt=`.pad {
  display: grid;
  gap: 1rem;
}
.pad-main {
  display: grid;
  gap: 0.6rem;
  align-content: start;
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
.tools .button {
  white-space: nowrap;
}
.cover {
  position: absolute;
  inset: 1px;
  width: calc(100% - 2px);
  height: calc(100% - 2px);
  border-radius: var(--radius);
  background: #000000;
  object-fit: contain;
  pointer-events: none;
  image-rendering: pixelated;
}
.tries {
  display: grid;
  gap: 0.4rem;
}
.try-tiles {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(4.25rem, 1fr));
  gap: 0.4rem;
  margin: 0;
  padding: 0;
  list-style: none;
}
.try-tiles li {
  min-width: 0;
}
.button.try {
  flex-direction: column;
  gap: 0.2rem;
  width: 100%;
  padding: 0.3rem;
}
.button.try .caption {
  max-width: 100%;
}
.button.try[aria-pressed="true"] {
  border-color: var(--accent);
  box-shadow: 0 0 0 1px var(--accent);
}
.try-picture {
  display: block;
  background-color: #000000;
  border-radius: calc(var(--radius) * 0.5);
}
.try-picture.crisp {
  image-rendering: pixelated;
}
`;var Y=class{paper;hint=a("p",{class:"paper-hint","aria-hidden":!0});undo;clear;side;pad;constructor(t,e){let r=()=>this.changed();this.paper=new C("Drawing area",()=>this.started(),r),this.undo=u("Undo",()=>this.undoStroke(),{title:"Take back a stroke (Ctrl+Z)"}),this.clear=u("Clear",()=>this.clearAll(),{title:"Start again (Delete)"}),this.side=e.data.mode==="predict"?new W(this.paper,e,()=>this.refresh()):new $(this.paper,e,r);let n=a("div",{class:"sheet"},this.paper.canvas,this.hint);this.side.cover&&n.append(this.side.cover);let s=a("div",{class:"tools"},this.undo,this.clear,...this.side.actions);this.pad=a("div",{class:"pad"},a("div",{class:"pad-main"},n,s),this.side.panel),t.append(this.pad),t.addEventListener("keydown",o=>this.key(o)),this.update(e)}update(t){this.pad.style.setProperty("--side",`${t.data.height}px`),this.hint.textContent=t.data.mode==="collect"&&t.data.class_name?`Draw: ${t.data.class_name}`:"Draw something",this.side.update(t),this.paper.paint(),this.refresh()}dispose(){this.side.dispose(),this.paper.dispose()}started(){this.side.started(),this.refresh()}changed(){this.refresh(),this.side.changed()}refresh(){let t=this.side.cover!==null&&!this.side.cover.hidden;this.hint.hidden=!this.paper.empty||t,this.undo.disabled=this.paper.empty,this.clear.disabled=this.paper.empty&&!t}undoStroke(){this.paper.undo(),this.changed()}clearAll(){this.paper.clear(),this.changed(),this.paper.canvas.focus({preventScroll:!0})}key(t){if(t.stopPropagation(),(t.ctrlKey||t.metaKey)&&t.code==="KeyZ")this.undoStroke();else{if(t.ctrlKey||t.metaKey||t.altKey)return;if(t.code==="Delete"||t.code==="Backspace")this.clearAll();else if(t.code==="Enter"&&!Z(t))this.side.submit();else return}t.preventDefault()}},ur=it(Q+X+ot+bt,(i,t)=>new Y(i,t));export{ur as default};
