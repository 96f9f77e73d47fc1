var M=class extends Error{constructor(t,s,i,r){super(t);this.what=t;this.why=s;this.fix=i;this.status=r}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},Dt=new URL("../",import.meta.url),Qs=2e4,Pt="_streamlit_xsrf";function N(n,e={}){let t=new URL(n,Dt);for(let[s,i]of Object.entries(e))i!=null&&i!==""&&t.searchParams.set(s,String(i));return t.href}function Xs(){for(let n of document.cookie.split("; "))if(n.startsWith(`${Pt}=`))return n.slice(Pt.length+1);return""}async function Js(){await fetch(new URL("../_stcore/health",Dt),{cache:"no-store"})}function Zs(n,e){try{let{error:t}=JSON.parse(e);if(t.what)return new M(t.what,t.why,t.fix,n)}catch{}return n>=500?new M(`The studio answered with status ${n}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",n):new M(`The studio answered with status ${n}.`,"The server did not say why.","Reload the page and try again.",n)}function at(){return new M("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function Ot(n,e,t){let s={};n!=="GET"&&(s["x-xsrftoken"]=Xs()),t.json!==void 0&&(s["content-type"]="application/json");let i=new AbortController,r=setTimeout(()=>i.abort(),Qs),o=()=>i.abort();t.signal?.addEventListener("abort",o),t.signal?.aborted&&i.abort();let a={method:n,headers:s,credentials:"same-origin",keepalive:t.keepalive??!1,signal:i.signal};t.json!==void 0?a.body=JSON.stringify(t.json):t.body&&(a.body=t.body);try{return await fetch(e,a)}catch(h){throw t.signal?.aborted?h:at()}finally{clearTimeout(r),t.signal?.removeEventListener("abort",o)}}async function K(n,e,t={}){let s=await Ot(n,e,t);if(s.status===403&&n!=="GET"&&(await Js().catch(()=>{}),s=await Ot(n,e,t)),!s.ok)throw Zs(s.status,await s.text().catch(()=>""));return s}async function le(n,e){return await(await K("GET",n,e?{signal:e}:{})).json().catch(()=>Promise.reject(at()))}async function _(n,e,t={}){return await(await K("POST",n,{...t,json:e})).json().catch(()=>Promise.reject(at()))}function S(n){return n instanceof DOMException&&n.name==="AbortError"}function b(n){return n instanceof M?n:new M("The page could not finish this step.",n instanceof Error?n.message:String(n),"Reload the page; nothing that was saved is lost.",-1)}var _t=`.studio {
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
`;function $t(n,e){let t=document.createElement("span");t.style.color=e,n.append(t);let s=getComputedStyle(t).color;t.remove();let i=s.match(/[\d.]+/g)?.map(Number)??[],r=s.startsWith("color(")?255:1;return[(i[0]??0)*r,(i[1]??0)*r,(i[2]??0)*r]}function ge([n,e,t]){let s=i=>{let r=i/255;return r<=.04045?r/12.92:((r+.055)/1.055)**2.4};return .2126*s(n)+.7152*s(e)+.0722*s(t)}function lt(n){let e=ge($t(n,"var(--st-background-color, #ffffff)"))<.4;n.dataset.theme=e?"dark":"light";let t=ge($t(n,"var(--st-primary-color, #ff4b4b)"));n.style.setProperty("--on-accent",1.05/(t+.05)>=3?"#ffffff":"#111111")}var ti=50;function Ht(n,e){let t=new WeakMap;return s=>{let i=s.parentElement,r=t.get(i);if(r)lt(r.host),r.instance.update(s);else{let h=document.createElement("style");h.textContent=_t+n;let d=document.createElement("div");d.className="studio",i.append(h,d),lt(d),r={host:d,style:h,instance:e(d,s),turn:0},t.set(i,r)}let o=r,a=++o.turn;return()=>{setTimeout(()=>{o.turn!==a||o.host.isConnected||(o.instance.dispose(),o.host.remove(),o.style.remove(),t.delete(i))},ti)}}}function l(n,e={},...t){let s=document.createElement(n);for(let[i,r]of Object.entries(e)){if(r===void 0||r===!1)continue;let o=r===!0&&!i.startsWith("aria-");s.setAttribute(i,o?"":String(r))}return s.append(...t),s}function u(n,e,t={}){let s=l("button",{type:"button",class:"button",...t},n);return s.addEventListener("click",e),s}function p(n,e){n.textContent!==e&&(n.textContent=e)}var si=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function w(n){return si.format(n)}function v(n,e,t=`${e}s`){return`${w(n)} ${n===1?e:t}`}function Bt(n){let e=Math.max(0,Math.round(n));if(e<60)return`${e} s`;let t=Math.floor(e/60);return t<10?`${t} min ${e%60} s`:t<60?`${t} min`:`${Math.floor(t/60)} h ${t%60} min`}function G(){if(typeof crypto.randomUUID=="function")return crypto.randomUUID();let n=crypto.getRandomValues(new Uint8Array(16));n[6]=(n[6]??0)&15|64,n[8]=(n[8]??0)&63|128;let e=Array.from(n,t=>t.toString(16).padStart(2,"0")).join("");return[8,12,16,20,32].map((t,s,i)=>e.slice(i[s-1]??0,t)).join("-")}function ii(n,...e){let t=l("div",{class:"notice",role:"alert"},l("p",{class:"notice-what"},n.what),l("p",{},n.why),l("p",{class:"notice-fix"},n.fix));return e.length>0&&t.append(l("div",{class:"notice-actions"},...e.map(s=>u(s.label,()=>s.run())))),t}function f(n,e,...t){if(!e){n.replaceChildren();return}let s=[e.what,e.why,...t.map(i=>i.label)].join(`
`);n.firstElementChild&&n.dataset.content===s||(n.dataset.content=s,n.replaceChildren(ii(e,...t)))}var x={classes:[],spans:[],boxes:[]};function he(n){let e=new Map(n.spans.map(t=>[`${t.start} ${t.end} ${t.class_name}`,t]));return{classes:[...new Set(n.classes)].sort(),spans:[...e.values()].sort((t,s)=>t.start-s.start||t.end-s.end||(t.class_name<s.class_name?-1:1)),boxes:n.boxes}}function Nt(n,e){return!n||!e?n===e:JSON.stringify(he(n))===JSON.stringify(he(e))}function z(n){return!n||n.classes.length+n.spans.length+n.boxes.length===0}function O(n,e,t={}){return N(`sessions/${encodeURIComponent(n)}${e}`,t)}function Q(n,e,t){return le(O(n,"",{annotator:e}),t)}function Kt(n,e,t){return _(O(n,"/next"),e,t?{signal:t}:{})}function zt(n,e,t,s={}){return _(O(n,"/answers"),{annotator:e,ops:t},s)}function de(n,e,t,s={}){return _(O(n,"/drafts"),{annotator:e,drafts:t},s)}function qt(n,e,t,s,i){return le(O(n,"/mine",{annotator:e,skip:t,limit:s}),i)}function Vt(n,e,t){return _(O(n,"/release"),{annotator:e,items:t},{keepalive:!0})}function Ut(n,e,t){return _(O(n,"/keys"),{annotator:e,keys:t})}function Wt(n,e,t){return le(O(n,"/review",e),t)}function Gt(n,e,t,s={}){return _(O(n,"/reviews"),{reviewer:e,ops:t},s)}function jt(n,e,t,s){return le(O(n,"/asks",{annotator:e,count:t}),s)}function X(n,e){return N("sprite",{samples:n,ids:e.join(",")})}var ri=500,ni=8e3,oi=[400,404,409,413,422],Ft=new Map,ai=Math.random().toString(36).slice(2,10),q=class n{constructor(e,t){this.name=e;this.options=t;this.limit=t.batch,this.adopt(),addEventListener("online",()=>this.retry()),addEventListener("pagehide",()=>{this.persist(),this.flush(!0)}),this.items.length>0&&(this.state="saving",this.schedule(0))}name;options;state="idle";error=null;reply=null;items=[];refused=[];leaving=0;limit;failures=0;timer;keeping;listeners=new Set;static open(e,t){let s=Ft.get(e);if(s)return s;let i=new n(e,t);return Ft.set(e,i),i}get waiting(){return[...this.refused,...this.items]}listen(e){return this.listeners.add(e),()=>this.listeners.delete(e)}add(...e){e.length!==0&&(this.items.push(...e),(this.state==="idle"||this.state==="saved")&&(this.state="saving"),this.leaving===0&&this.timer===void 0?this.schedule(this.options.gatherMs):this.keepSoon(),this.changed())}drop(e){let t=this.items.findIndex(i=>i.op_id===e),s=this.refused.findIndex(i=>i.op_id===e);if(s!==-1)this.refused.splice(s,1);else if(t>=this.leaving)this.items.splice(t,1);else return!1;return this.persist(),this.settle(),!0}retry(){this.waiting.length===0||this.leaving>0||(this.items.unshift(...this.refused.splice(0)),this.failures=0,this.state="saving",this.schedule(0),this.changed())}discard(){let e=this.refused.length>0?this.refused.splice(0):this.items.splice(0);return this.error=null,this.persist(),this.settle(),e}keepSoon(){this.keeping??=setTimeout(()=>{this.keeping=void 0,this.persist()},this.options.gatherMs)}schedule(e){clearTimeout(this.timer),this.timer=setTimeout(()=>{this.timer=void 0,this.persist(),this.flush(!1)},e)}async flush(e){if(this.leaving>0||this.items.length===0)return;clearTimeout(this.timer),this.timer=void 0;let t=this.items.slice(0,this.limit);this.leaving=t.length,this.failures===0&&this.refused.length===0&&(this.state="saving");try{let s=await this.options.send(t,e),i=new Set(s.acknowledged);if(i.size===0)throw new M("The studio confirmed nothing of what was sent.","It replied, but named no entry as saved.","Leave the page open: it tries again by itself.",503);this.leaving=0,this.items=this.items.filter(r=>!i.has(r.op_id)),this.reply=s.reply??this.reply,this.failures=0,this.limit=this.options.batch,this.refused.length===0&&(this.error=null),this.items.length>0&&this.schedule(0),this.persist(),this.settle()}catch(s){this.leaving=0,this.failed(b(s),t.length)}}failed(e,t){this.error=e,e.passing?(this.failures+=1,this.state="offline",this.schedule(Math.min(ni,ri*2**(this.failures-1)))):oi.includes(e.status)?t>1?(this.limit=Math.ceil(t/2),this.schedule(0)):(this.refused.push(...this.items.splice(0,1)),this.state="refused",this.items.length>0&&this.schedule(0)):this.state="refused",this.changed()}settle(){this.refused.length>0?this.state="refused":this.items.length===0?(clearTimeout(this.timer),this.timer=void 0,this.error=null,this.state="saved"):(this.state==="offline"||this.state==="refused")&&(this.state="saving"),this.changed()}changed(){for(let e of[...this.listeners])e()}get prefix(){return`studio.outbox:${this.name}:`}adopt(){try{let e=new Map;for(let t of Object.keys(localStorage))if(t.startsWith(this.prefix)){for(let s of JSON.parse(localStorage.getItem(t)??"[]"))e.set(s.op_id,s);localStorage.removeItem(t)}this.items=[...e.values()],this.persist()}catch{}}persist(){try{let e=this.prefix+ai;this.waiting.length===0?localStorage.removeItem(e):localStorage.setItem(e,JSON.stringify(this.waiting))}catch{}}};function J(n,e){return n==="saving"?"saving…":n==="saved"?"saved":n==="offline"?`offline, ${e} waiting`:n==="refused"?`not saved, ${e} waiting`:""}var li=[137,80,78,71,13,10,26,10],ht=65535,hi=Uint32Array.from({length:256},(n,e)=>{let t=e;for(let s=0;s<8;s+=1)t=t&1?3988292384^t>>>1:t>>>1;return t>>>0});function di(n){let e=4294967295;for(let t of n)e=(hi[(e^t)&255]??0)^e>>>8;return(e^4294967295)>>>0}function ci(n){let e=1,t=0;for(let s of n)e=(e+s)%65521,t=(t+e)%65521;return(t<<16|e)>>>0}function ce(n){return[n>>>24,n>>>16&255,n>>>8&255,n&255]}function dt(n,e){let t=[...new TextEncoder().encode(n),...e];return[...ce(e.length),...t,...ce(di(Uint8Array.from(t)))]}function Yt(n,e,t){let s=new Uint8Array((e+1)*t);for(let r=0;r<t;r+=1)s.set(n.subarray(r*e,(r+1)*e),r*(e+1)+1);let i=[120,1];for(let r=0;r<s.length;r+=ht){let o=s.subarray(r,r+ht),a=r+ht>=s.length?1:0,h=o.length;i.push(a,h&255,h>>8,~h&255,~h>>8&255,...o)}return i.push(...ce(ci(s))),Uint8Array.from([...li,...dt("IHDR",[...ce(e),...ce(t),8,0,0,0,0]),...dt("IDAT",i),...dt("IEND",[])])}function Qt(n){let e="";for(let t of n)e+=String.fromCharCode(t);return btoa(e)}function Xt(n,e){let t=new Uint8Array(e*e),s=n.flatMap(k=>k[0]),i=n.flatMap(k=>k[1]);if(s.length===0)return t;let r=Math.min(...s),o=Math.min(...i),a=Math.max(...s)-r,h=Math.max(...i)-o,d=Math.max(a,h),c=Math.max(4,Math.round(256/e)),m=e*c,g=d>0?224/d*(m/256):0,y=k=>m/2+(k-r-a/2)*g,T=k=>m/2+(k-o-h/2)*g,E=Math.max(16/256*m,c)/2,L=new Uint8Array(m*m);for(let[k,I]of n)for(let B=0;B<k.length;B+=1){let ae=Math.max(0,B-1);pi(L,m,E,y(k[ae]??0),T(I[ae]??0),y(k[B]??0),T(I[B]??0))}return ui(L,m,c,t,e),t}function pi(n,e,t,s,i,r,o){let a=r-s,h=o-i,d=a*a+h*h,c=Math.max(0,Math.floor(Math.min(s,r)-t)),m=Math.min(e-1,Math.ceil(Math.max(s,r)+t)),g=Math.max(0,Math.floor(Math.min(i,o)-t)),y=Math.min(e-1,Math.ceil(Math.max(i,o)+t));for(let T=g;T<=y;T+=1)for(let E=c;E<=m;E+=1){let L=E+.5-s,k=T+.5-i,I=d>0?Math.min(1,Math.max(0,(L*a+k*h)/d)):0,B=L-I*a,ae=k-I*h;B*B+ae*ae<=t*t&&(n[T*e+E]=1)}}function ui(n,e,t,s,i){for(let r=0;r<i;r+=1)for(let o=0;o<i;o+=1){let a=0;for(let h=r*t;h<(r+1)*t;h+=1)for(let d=o*t;d<(o+1)*t;d+=1)a+=n[h*e+d]??0;s[r*i+o]=Math.round(a/(t*t)*255)}}function Jt(n,e,t){let s=Xt(n,e);return{op:{op_id:G(),verb:"add",target:"",...t,image:Qt(Yt(s,e,e)),strokes:n.map(([r,o,a])=>[r.map(Math.round),o.map(Math.round),a])},pixels:s}}function Zt(n,e){n.drop(e.op_id)||n.add({...e,op_id:G(),verb:"remove",target:e.op_id,image:"",strokes:[]})}function es(n,e,t){let s=n.filter(i=>i.class_name===t).reduce((i,r)=>i+(r.verb==="add"?1:-1),0);return Math.max(0,(e[t]??0)+s)}function ts(n){return q.open(`drawings:${n}`,{batch:1,gatherMs:0,send:async e=>{let t=null;for(let s of e)t=await mi(s)??t;return{acknowledged:e.map(s=>s.op_id),reply:t}}})}async function mi(n){if(n.verb==="remove")try{return(await(await K("DELETE",N(`drawings/${n.target}`))).json()).counts}catch(h){if(h instanceof M&&h.status===404)return null;throw h}let{op_id:e,collection:t,class_name:s,image:i,strokes:r,author:o}=n,a={op_id:e,collection:t,class_name:s,image:i,strokes:r,...o?{author:o}:{}};return(await _(N("drawings"),a)).counts}var ss=255,gi=16/256,fe=class{constructor(e,t,s){this.onStart=t;this.onStroke=s;this.canvas=l("canvas",{class:"paper",tabindex:0,role:"img","aria-label":e}),this.canvas.addEventListener("pointerdown",i=>this.down(i)),this.canvas.addEventListener("pointermove",i=>this.move(i)),this.canvas.addEventListener("pointerup",i=>this.up(i)),this.canvas.addEventListener("pointercancel",i=>this.up(i)),this.canvas.addEventListener("touchstart",i=>i.preventDefault(),{passive:!1}),this.observer=new ResizeObserver(()=>this.paint()),this.observer.observe(this.canvas)}onStart;onStroke;canvas;strokes=[];current=null;pointer=null;startedAt=0;observer;get empty(){return this.strokes.length===0&&this.current===null}undo(){this.strokes.pop(),this.paint()}clear(){this.strokes=[],this.current=null,this.pointer=null,this.paint()}finish(){this.current&&(this.pointer=null,this.strokes.push(this.current),this.current=null,this.paint())}dispose(){this.observer.disconnect()}paint(){let e=this.canvas.getBoundingClientRect();if(e.width===0)return;let t=window.devicePixelRatio||1,s=Math.round(e.width*t);(this.canvas.width!==s||this.canvas.height!==s)&&(this.canvas.width=s,this.canvas.height=s);let i=this.canvas.getContext("2d");if(!i)return;i.clearRect(0,0,s,s),i.lineWidth=gi*s,i.lineCap="round",i.lineJoin="round",i.strokeStyle=getComputedStyle(this.canvas).color;let r=s/ss;for(let o of this.current?[...this.strokes,this.current]:this.strokes)fi(i,o,r)}down(e){this.pointer!==null||e.pointerType==="mouse"&&e.button!==0||(e.preventDefault(),this.canvas.focus({preventScroll:!0}),this.canvas.setPointerCapture(e.pointerId),this.pointer=e.pointerId,this.strokes.length===0&&(this.startedAt=e.timeStamp),this.current=[[],[],[]],this.record(e),this.onStart(),this.paint())}move(e){if(e.pointerId!==this.pointer)return;let t=e.getCoalescedEvents?.()??[];for(let s of t.length>0?t:[e])this.record(s);this.paint()}up(e){e.pointerId!==this.pointer||!this.current||(this.finish(),this.onStroke())}record(e){if(!this.current)return;let t=this.canvas.getBoundingClientRect(),s=(d,c,m)=>{let g=Math.min(1,Math.max(0,(d-c)/m));return Math.round(g*ss*10)/10},i=s(e.clientX,t.left,t.width),r=s(e.clientY,t.top,t.height),[o,a,h]=this.current;o.at(-1)===i&&a.at(-1)===r||(o.push(i),a.push(r),h.push(Math.max(0,Math.round(e.timeStamp-this.startedAt))))}};function fi(n,[e,t],s){let i=o=>(e[o]??0)*s,r=o=>(t[o]??0)*s;n.beginPath(),n.moveTo(i(0),r(0)),e.length===1&&n.lineTo(i(0),r(0));for(let o=1;o<e.length-1;o+=1){let a=(i(o)+i(o+1))/2,h=(r(o)+r(o+1))/2;n.quadraticCurveTo(i(o),r(o),a,h)}e.length>1&&n.lineTo(i(e.length-1),r(e.length-1)),n.stroke()}function is(n,e,t){let s=l("canvas",{class:"picture",width:e,height:e,role:"img","aria-label":t}),i=new ImageData(e,e);return n.forEach((r,o)=>i.data.set([r,r,r,255],o*4)),s.getContext("2d")?.putImageData(i,0,0),s}var rs=`.sheet {
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
`;var bi=100,wi=5,ct=100,ve=class{constructor(e,t){this.seconds=e;this.over=t;let s=document.createElementNS("http://www.w3.org/2000/svg","svg");s.setAttribute("viewBox","0 0 36 36"),s.setAttribute("aria-hidden","true");let[i,r]=["clock-track","clock-ring"].map(o=>{let a=document.createElementNS("http://www.w3.org/2000/svg","circle"),h={cx:"18",cy:"18",r:"15.9155",pathLength:String(ct),class:o};for(let[d,c]of Object.entries(h))a.setAttribute(d,c);return s.append(a),a});i.setAttribute("fill","none"),this.ring=r,this.root.append(s,this.number),this.left=e*1e3,this.paint()}seconds;over;root=l("div",{class:"clock",role:"timer","aria-live":"off"});number=l("span",{class:"clock-number numbers"});ring;left;endsAt=0;timer;get running(){return this.timer!==void 0}get begun(){return this.running||this.left<this.seconds*1e3}start(){this.running||(this.endsAt=performance.now()+this.left,this.timer=setInterval(()=>this.tick(),bi),this.paint())}hold(){this.running&&(this.left=Math.max(0,this.endsAt-performance.now()),this.stop(),this.paint())}reset(e=this.seconds){this.stop(),this.seconds=e,this.left=e*1e3,this.paint()}dispose(){this.stop()}stop(){clearInterval(this.timer),this.timer=void 0}tick(){if(this.left=Math.max(0,this.endsAt-performance.now()),this.left>0){this.paint();return}this.stop(),this.paint(),this.over()}paint(){let e=Math.ceil(this.left/1e3);p(this.number,String(e));let t=this.left/(this.seconds*1e3);this.ring.style.strokeDasharray=`${t*ct} ${ct}`,this.root.dataset.state=this.running&&e<=wi?"last":this.begun?"running":"waiting",this.root.setAttribute("aria-label",`${e} seconds left`)}};var ns=`.drawing {
  display: grid;
  gap: 1.25rem;
  min-width: 0;
}
.board {
  display: grid;
  gap: 0.7rem;
  width: min(100%, var(--side, 30rem), max(18rem, calc(100svh - 16rem)));
  margin: 0 auto;
}
.board .sheet {
  width: 100%;
}
.board .paper:focus-visible {
  border-color: color-mix(in srgb, var(--accent) 60%, transparent);
  outline: none !important;
}
.ask-row {
  display: flex;
  align-items: center;
  justify-content: space-between;
  gap: 1rem;
  min-height: 3.6rem;
}
.ask-row > div:first-child {
  min-width: 0;
}
.ask {
  margin: 0;
  padding: 0;
  font-size: 1.7rem;
  font-weight: 600;
  line-height: 1.2;
  overflow-wrap: anywhere;
}
.clock {
  position: relative;
  flex: none;
  width: 3.6rem;
  height: 3.6rem;
}
.clock svg {
  width: 100%;
  height: 100%;
  transform: rotate(-90deg);
}
.clock circle {
  fill: none;
  stroke-width: 3;
}
.clock-track {
  stroke: color-mix(in srgb, var(--ink) 12%, transparent);
}
.clock-ring {
  stroke: var(--accent);
  stroke-linecap: butt;
  transition: stroke-dasharray 0.1s linear;
}
.clock-number {
  position: absolute;
  inset: 0;
  display: grid;
  place-items: center;
  font-size: 1.2rem;
  font-weight: 600;
}
.clock[data-state="waiting"] {
  opacity: 0.6;
}
.clock[data-state="last"] .clock-number {
  color: var(--bad);
}
.clock[data-state="last"] .clock-ring {
  stroke: var(--bad);
}
.cover {
  position: absolute;
  inset: 0;
  display: grid;
  align-content: center;
  justify-items: center;
  gap: 0.6rem;
  border-radius: var(--radius);
  background: color-mix(in srgb, var(--paper) 88%, transparent);
  backdrop-filter: blur(6px);
}
.cover strong {
  font-size: 1.3rem;
  font-weight: 600;
}
.board-tools {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
}
.board-tools .button {
  flex: 1 1 auto;
}
.board-tools .primary {
  flex-grow: 3;
}
.board-tools .key.on-accent {
  border-color: currentColor;
  background: transparent;
  color: inherit;
  opacity: 0.85;
}
.drawing-side {
  display: grid;
  align-content: start;
  gap: 0.9rem;
  min-width: 0;
}
.drawing-side > div:empty,
.drawing-side > ul:empty {
  display: none;
}
.drawing-head {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  justify-content: space-between;
  gap: 0.25rem 1rem;
}
.drawing-total {
  font-weight: 600;
}
.drawn {
  display: grid;
  grid-template-columns: repeat(6, minmax(0, 1fr));
  gap: 0.5rem;
  max-width: 30rem;
  margin: 0;
  padding: 0;
  list-style: none;
}
.drawn li {
  position: relative;
  min-width: 0;
}
.drawn-name {
  display: block;
  overflow: hidden;
  color: var(--muted);
  font-size: 0.75rem;
  text-align: center;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.drawn-remove {
  position: absolute;
  top: 2px;
  right: 2px;
  display: grid;
  place-items: center;
  width: 1.6rem;
  height: 1.6rem;
  padding: 0;
  border: 1px solid rgba(255, 255, 255, 0.45);
  border-radius: 50%;
  background: rgba(0, 0, 0, 0.7);
  color: #ffffff;
  font: inherit;
  line-height: 1;
  cursor: pointer;
}
@media (hover: hover) {
  .drawn-remove {
    width: 1.35rem;
    height: 1.35rem;
    opacity: 0;
  }
  .drawn li:hover .drawn-remove,
  .drawn-remove:focus-visible {
    opacity: 1;
  }
  .drawn-remove:hover {
    background: #bd4043;
  }
}
.class-progress {
  display: grid;
  gap: 0.45rem;
  max-height: var(--side, 30rem);
  margin: 0;
  padding: 2px 0.5rem 2px 0;
  overflow-y: auto;
  list-style: none;
  scrollbar-width: thin;
}
.class-progress li {
  display: grid;
  grid-template-columns: minmax(0, 1fr) auto;
  gap: 0.1rem 0.75rem;
}
.class-progress .bar {
  grid-column: 1 / -1;
  height: 0.35rem;
}
.class-progress-name {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.class-progress .asked .class-progress-name {
  font-weight: 600;
}
.class-progress .complete {
  opacity: 0.6;
}
@container (min-width: 700px) {
  .drawing {
    grid-template-columns: minmax(0, 1fr) minmax(15rem, 22rem);
    gap: 2rem;
  }
}
@media (hover: none) {
  .drawn {
    grid-template-columns: repeat(4, minmax(0, 1fr));
  }
  .drawn-remove {
    width: 2rem;
    height: 2rem;
  }
}
`;var be=class{constructor(e,t){this.wanted=t;for(let{name:s,colour:i}of e){let r=l("div"),o=l("span",{class:"numbers muted small"}),a=l("li",{},l("span",{class:"class-progress-name",title:s},s),o,l("div",{class:"bar","aria-hidden":!0},r));r.style.background=i,this.root.append(a),this.rows.set(s,{row:a,number:o,fill:r})}}wanted;root=l("ul",{class:"class-progress","aria-label":"Drawings of each class"});total=l("p",{class:"drawing-total"});rows=new Map;paint(e,t){let s=0;for(let[i,{row:r,number:o,fill:a}]of this.rows){let h=e(i);s+=Math.min(h,this.wanted),p(o,`${w(h)} of ${w(this.wanted)}`),a.style.transform=`scaleX(${Math.min(1,h/this.wanted)})`,r.classList.toggle("asked",i===t),r.classList.toggle("complete",h>=this.wanted)}p(this.total,`${w(s)} of ${v(this.rows.size*this.wanted,"drawing")}`)}};var os=6,we=class{constructor(e,t){this.side=e;this.remove=t}side;remove;root=l("ul",{class:"drawn","aria-label":"Latest drawings"});drawn=[];get last(){return this.drawn.at(-1)?.op??null}add(e,t){let s=`drawing of ${e.class_name}`,i=u("×",()=>this.remove(e),{class:"drawn-remove","aria-label":`Remove this ${s}`,title:"Remove"}),r=l("span",{class:"drawn-name",title:e.class_name},e.class_name),o=l("li",{},is(t,this.side,s),r,i);for(this.root.prepend(o),this.drawn.push({op:e,tile:o});this.root.children.length>os;)this.root.lastElementChild?.remove()}drop(e){let t=this.drawn.findIndex(i=>i.op.op_id===e.op_id),[s]=t===-1?[]:this.drawn.splice(t,1);s?.tile.remove();for(let{tile:i}of this.drawn.slice(-os).reverse())i.isConnected||this.root.append(i);return s!==void 0}};var pt=null,as=null;function Z(n){let{keyboard:e}=navigator;e&&(as??=e.getLayoutMap().then(t=>{pt=t}).catch(()=>{}),as.then(()=>{pt&&n()}))}var xi={Enter:"Enter",Space:"Space",Tab:"Tab",Escape:"Esc",Backspace:"⌫",Delete:"Del",ArrowLeft:"←",ArrowRight:"→",ArrowUp:"↑",ArrowDown:"↓",PageUp:"PgUp",PageDown:"PgDn",Minus:"-",Equal:"=",Slash:"/",Backslash:"\\",Semicolon:";",Quote:"'",Comma:",",Period:".",BracketLeft:"[",BracketRight:"]",Backquote:"`"};function ut(n){if(n.startsWith("Digit"))return n.slice(5);if(n.startsWith("Numpad"))return`Num ${n.slice(6)}`;let e=pt?.get(n);return e?e.toUpperCase():n.startsWith("Key")?n.slice(3):xi[n]??n}var ls={submit:{title:"Submit and go on",code:"Enter"},accept:{title:"Accept the suggestion",code:"Enter"},skip:{title:"Skip",code:"Minus"},unsure:{title:"Not sure",code:"Slash"},comment:{title:"Comment",code:"Semicolon"},back:{title:"Go back",code:"ArrowLeft"},forward:{title:"Go forward",code:"ArrowRight"},clear:{title:"Take the answer away",code:"KeyU"},copy_previous:{title:"Copy from the previous picture",code:"KeyP"},fit:{title:"Fit the picture in",code:"Equal"}},ki=new Set(["submit accept","accept submit"]),mt=new Set(["F1","Escape","Tab","Space","ShiftLeft","ShiftRight","AltLeft","AltRight"]);for(let n of["Left","Right"])mt.add(`Control${n}`),mt.add(`Meta${n}`);function j(n){return`class:${n}`}var D=class{classes=[];own={};codes=new Map;byCode=new Map;constructor(e,t){this.update(e,t)}update(e,t){this.classes=e,this.own={...t},this.codes.clear(),this.byCode.clear();for(let{name:s,key:i}of e){let r=t[j(s)]??i;this.codes.set(j(s),r),r&&this.put(r,{kind:"class",name:s})}for(let[s,{code:i}]of Object.entries(ls)){let r=t[s]??i;this.codes.set(s,r),r&&this.put(r,{kind:"action",action:s})}}get remapped(){return{...this.own}}code(e){return this.codes.get(e)??""}printed(e){let t=this.code(e);return t&&ut(t)}classOf(e){let t=this.byCode.get(e)?.find(s=>s.kind==="class");return t?.kind==="class"?t.name:null}actionsOf(e){let t=this.byCode.get(e)??[];return t.some(s=>s.kind==="class")?[]:t.flatMap(s=>s.kind==="action"?[s.action]:[])}command(e,t){let{code:s,shiftKey:i,altKey:r}=e,o=e.ctrlKey||e.metaKey;if(s==="F1"||e.key==="?"&&!o)return{kind:"help"};if(r)return null;if(o)return s==="KeyZ"?{kind:i?"redo":"undo"}:s==="KeyY"?{kind:"redo"}:s==="KeyA"?{kind:"all"}:s==="Enter"||s==="NumpadEnter"?{kind:"action",action:"submit"}:s==="Space"?{kind:"action",action:"skip"}:s==="ArrowLeft"?{kind:"action",action:"back"}:s==="ArrowRight"?{kind:"action",action:"forward"}:null;if(s==="Escape")return{kind:"escape"};if(s==="Backspace"||s==="Delete")return{kind:"remove"};if(i)return null;let a=this.classOf(s);if(a!==null)return{kind:"class",name:a};let[h]=this.actionsOf(s==="NumpadEnter"?"Enter":s);return!h||!t&&s.startsWith("Arrow")?null:{kind:"action",action:h}}conflicts(e){let t=this.code(e);return t?[...this.codes].filter(([s,i])=>s!==e&&i===t&&!ki.has(`${e} ${s}`)).map(([s])=>s):[]}static refusal(e){return e?mt.has(e)?`${ut(e)} has a fixed meaning.`:null:"The browser does not tell which key that is."}names(){let e=this.classes.map(({name:s})=>({name:j(s),title:s})),t=Object.entries(ls).map(([s,{title:i}])=>({name:s,title:i}));return[...e,...t]}put(e,t){let s=this.byCode.get(e);s?s.push(t):this.byCode.set(e,[t])}};var hs=28,Si=12,Ei=4,Li=4e3,ye=class{constructor(e,t,s){this.root=e;this.view=s;this.args=t,this.progress=s.progress,this.keys=new D(s.classes,s.keys);let{config:i}=s.session;this.clock=new ve(i.seconds,()=>this.timeOver()),this.paper=new fe("Drawing area",()=>this.started(),()=>this.refresh()),this.classes=new be(s.classes,i.drawings),this.skipButton.title=`Ask for something else (${this.keys.printed("skip")})`;for(let[o,a]of[[this.doneButton,"Enter"],[this.skipButton,this.keys.printed("skip")]]){let h=o===this.doneButton?" on-accent":"";o.append(l("kbd",{class:`key${h}`,"aria-hidden":!0},a))}let r=l("div",{class:"sheet"},this.paper.canvas,this.hint,this.cover);this.board=l("div",{class:"board"},l("div",{class:"ask-row"},l("div",{},this.question,this.describing),this.clock.root),r,l("div",{class:"board-tools"},this.undoButton,this.clearButton,this.skipButton,this.pauseButton,this.doneButton)),e.append(l("style",{},rs+ns),l("div",{class:"drawing"},l("div",{},this.board,this.finish),l("section",{class:"drawing-side","aria-label":"Drawings so far"},l("div",{class:"drawing-head"},this.classes.total,this.status),this.place,this.recent.root,this.classes.root))),e.addEventListener("keydown",this.onKey),document.addEventListener("visibilitychange",this.onHidden),this.outbox=ts(s.session.config.name),this.stopListening=this.outbox.listen(()=>this.refresh()),this.update(t),this.ask()}root;view;args;phase="loading";asked="";ahead=[];counts={};reply=null;progress;asking=null;timer;keys;outbox;stopListening;clock;paper;classes;question=l("h3",{class:"ask","aria-live":"assertive"});describing=l("p",{class:"muted ask-about"});hint=l("p",{class:"paper-hint","aria-hidden":!0});cover=l("div",{class:"cover",hidden:!0});status=l("span",{class:"status",role:"status"});place=l("div");recent=new we(hs,e=>this.takeBack(e));board;finish=l("div",{class:"empty",hidden:!0});undoButton=u("Undo",()=>this.undo(),{title:"Take back a stroke, or the last drawing (Ctrl+Z)"});clearButton=u("Clear",()=>this.clear(),{title:"Start this drawing again (Escape)"});skipButton=u("Another",()=>this.skip());pauseButton=u("Pause",()=>this.pause(),{title:"Stop the clock"});doneButton=u("Done",()=>this.submit(),{class:"button primary"});onKey=e=>this.key(e);onHidden=()=>{document.hidden&&this.clock.running&&this.pause()};update(e){this.args=e,this.root.style.setProperty("--side",`${e.data.height}px`),this.paper.paint(),this.refresh()}dispose(){this.root.removeEventListener("keydown",this.onKey),document.removeEventListener("visibilitychange",this.onHidden),this.asking?.abort(),clearTimeout(this.timer),this.clock.dispose(),this.paper.dispose(),this.stopListening()}async ask(){if(clearTimeout(this.timer),this.asking)return;let e=new AbortController;this.asking=e;let{session:t,annotator:s}=this.args.data;try{let i=await jt(t,s,Si,e.signal);this.ahead.splice(0,1/0,...i.asks),this.counts=i.counts,this.progress=i.progress,f(this.place,null),(this.phase==="loading"||this.phase==="done"&&i.asks.length>0)&&this.next()}catch(i){if(S(i)||e.signal.aborted)return;let r=b(i);if(r.status===-1)throw i;r.passing?(this.timer=setTimeout(()=>{this.ask()},Li),this.phase==="loading"&&this.next()):f(this.place,r,{label:"Try again",run:()=>{this.ask()}})}finally{this.asking===e&&(this.asking=null),e.signal.aborted||this.refresh()}}total(e){return es(this.outbox.waiting,this.counts,e)}next(e){let{drawings:t}=this.view.session.config,s=this.view.classes.map(({name:a})=>a).filter(a=>this.total(a)<t).sort((a,h)=>this.total(a)-this.total(h)),r=[...this.ahead.filter(a=>s.includes(a)),...s].filter(a=>a!==this.asked),o=e??r[0]??s[0];if(o!==void 0){let a=this.ahead.indexOf(o);a!==-1&&this.ahead.splice(0,a+1)}this.asked=o??"",this.phase=o===void 0?"done":"ready",this.paper.clear(),this.clock.reset(),this.phase==="done"?this.report():this.ahead.length<Ei&&this.ask(),this.refresh(),this.phase==="ready"&&this.paper.canvas.focus({preventScroll:!0})}started(){this.phase==="ready"&&this.clock.start(),this.refresh()}timeOver(){this.paper.finish(),this.paper.empty?this.clock.reset():this.submit()}submit(){if(this.phase==="paused")return this.resume();if(this.paper.finish(),this.phase!=="ready"||this.paper.empty)return;let{session:e,annotator:t}=this.args.data,{op:s,pixels:i}=Jt(this.paper.strokes,hs,{collection:e,class_name:this.asked,author:t});this.outbox.add(s),this.recent.add(s,i),this.next()}takeBack(e){this.recent.drop(e)&&(Zt(this.outbox,e),this.phase==="done"&&this.next(e.class_name),this.refresh(),this.paper.canvas.focus({preventScroll:!0}))}undo(){if(this.phase==="paused")return;if(!this.paper.empty){this.paper.undo(),this.paper.empty&&this.clock.reset(),this.refresh();return}let{last:e}=this.recent;e&&(this.asked&&this.ahead.unshift(this.asked),this.takeBack(e),this.next(e.class_name))}clear(){this.phase==="ready"&&(this.paper.clear(),this.clock.reset(),this.refresh(),this.paper.canvas.focus({preventScroll:!0}))}skip(){this.phase==="ready"&&this.next()}pause(){this.phase==="ready"&&(this.paper.finish(),this.clock.hold(),this.phase="paused",this.report(),this.refresh(),this.cover.querySelector("button")?.focus({preventScroll:!0}))}resume(){this.phase==="paused"&&(this.phase="ready",this.paper.empty||this.clock.start(),this.refresh(),this.paper.canvas.focus({preventScroll:!0}))}report(){let e=this.view.classes.reduce((t,{name:s})=>t+this.total(s),0);this.args.setStateValue("progress",{...this.progress,drawings:e})}refresh(){this.outbox.reply&&this.outbox.reply!==this.reply&&(this.reply=this.outbox.reply,this.counts=this.reply);let{phase:e,paper:t}=this;p(this.question,this.asked?`Draw: ${this.asked}`:"");let s=this.view.classes.find(({name:h})=>h===this.asked)?.description??"";p(this.describing,s),this.describing.hidden=s==="";let i=v(this.view.session.config.seconds,"second");p(this.hint,`You have ${i} from the first stroke.`),this.hint.hidden=!t.empty||e!=="ready",this.board.hidden=e==="done"||e==="loading",this.finish.hidden=e!=="done"&&e!=="loading",this.refreshFinish(),this.refreshCover(),this.undoButton.disabled=e==="paused"||t.empty&&this.recent.last===null,this.clearButton.disabled=e!=="ready"||t.empty,this.skipButton.disabled=e!=="ready"||this.view.classes.length<2,this.pauseButton.disabled=e!=="ready",this.doneButton.disabled=e!=="ready"||t.empty,this.classes.paint(h=>this.total(h),this.asked);let{state:r,waiting:o,error:a}=this.outbox;this.status.dataset.state=r,this.status.hidden=r==="idle",p(this.status,J(r,o.length)),r==="refused"?f(this.place,a,{label:"Try again",run:()=>this.outbox.retry()},{label:`Discard ${o.length} unsaved`,run:()=>this.discard()}):this.place.dataset.of==="outbox"&&f(this.place,null),this.place.dataset.of=r==="refused"?"outbox":""}discard(){this.outbox.discard(),f(this.place,null),this.ask()}refreshFinish(){if(this.finish.dataset.phase===this.phase)return;this.finish.dataset.phase=this.phase;let e=this.phase==="done";this.finish.replaceChildren(l("strong",{},e?"Everything is drawn":"Looking what is to be drawn…"),l("span",{},e?"Every class has the drawings it needs. Thank you.":"")),e&&this.recent.last&&this.finish.append(u("Take back the last drawing",()=>this.undo()))}refreshCover(){let e=this.phase==="paused";this.cover.hidden!==!e&&(this.cover.hidden=!e,this.cover.replaceChildren(),e&&this.cover.append(l("strong",{},"Paused"),l("span",{class:"muted"},"The clock stands still."),u("Go on",()=>this.resume(),{class:"button primary"})))}key(e){e.stopPropagation(),this.handled(e)&&e.preventDefault()}handled(e){let{code:t}=e,s=e.composedPath()[0]instanceof HTMLButtonElement;if(e.ctrlKey||e.metaKey){if(t==="KeyZ"&&!e.shiftKey)this.undo();else if(t==="Enter")this.submit();else return!1;return!0}if(e.altKey||e.repeat)return!1;if(t==="Enter"&&!s)this.submit();else if(t==="Escape")this.escape();else if(t==="Delete"||t==="Backspace")this.clear();else if(t===this.keys.code("skip"))this.skip();else return!1;return!0}escape(){this.phase==="paused"?this.resume():this.paper.empty?this.pause():this.clear()}};var Ai=20,xe=class{constructor(e,t,s=()=>{}){this.keys=e;this.choose=t;this.leave=s;this.panel.append(this.search,this.buttons),this.search.addEventListener("input",()=>this.filter()),this.search.addEventListener("keydown",i=>{if(i.stopPropagation(),i.code==="Enter"){let[r]=this.visible();r&&this.choose(r),this.forget()}else i.code==="Escape"&&this.forget()}),Z(()=>this.paintKeys())}keys;choose;leave;panel=l("div",{class:"classbar"});buttons=l("div",{class:"classbar-buttons",role:"group","aria-label":"Classes"});search=l("input",{type:"search",class:"classbar-search",placeholder:"Find a class","aria-label":"Find a class",autocomplete:"off"});made=new Map;shown=new Set;suggested=new Set;update(e){this.made.clear(),this.search.hidden=e.length<Ai,this.buttons.replaceChildren(...e.map(({name:t,colour:s,description:i})=>{let r=u("",o=>{this.choose(t),o.detail>0&&this.leave()},{class:"button class","aria-pressed":"false",title:i||t});return r.style.setProperty("--colour",s||"#888888"),r.append(l("span",{class:"class-dot","aria-hidden":!0}),l("span",{class:"class-name"},t),l("kbd",{class:"key","aria-hidden":!0})),this.made.set(t,r),r})),this.shown=new Set,this.suggested=new Set,this.paintKeys(),this.filter()}mark(e,t=[]){this.shown=this.paint(this.shown,e,(s,i)=>{s.setAttribute("aria-pressed",String(i))}),this.suggested=this.paint(this.suggested,t,(s,i)=>{s.classList.toggle("suggested",i)})}paintKeys(){for(let[e,t]of this.made){let s=this.keys.printed(j(e)),i=t.querySelector("kbd");i&&(i.textContent=s,i.hidden=s==="",s?t.setAttribute("aria-keyshortcuts",s):t.removeAttribute("aria-keyshortcuts"))}}paint(e,t,s){if(e.size===0&&t.length===0)return e;let i=new Set(t);for(let r of e){let o=this.made.get(r);o&&!i.has(r)&&s(o,!1)}for(let r of i){let o=this.made.get(r);o&&!e.has(r)&&s(o,!0)}return i}filter(){let e=this.search.value.trim().toLowerCase();for(let[t,s]of this.made)s.hidden=!t.toLowerCase().includes(e)}visible(){return[...this.made].filter(([,e])=>!e.hidden).map(([e])=>e)}forget(){this.search.value="",this.filter(),this.leave()}};var Ti=2e3,ke=class{constructor(e,t){this.work=e;this.closed=t;let s=u("Done",()=>this.close(),{title:"Enter"});this.panel=l("div",{class:"comment",hidden:!0},this.input,s),this.input.addEventListener("input",()=>this.write()),this.input.addEventListener("keydown",i=>{i.stopPropagation(),(i.code==="Escape"||i.code==="Enter"&&!i.shiftKey)&&(i.preventDefault(),this.close())})}work;closed;panel;input=l("textarea",{rows:2,maxlength:Ti,placeholder:"A word to whoever reviews this","aria-label":"Comment"});items=[];given=new Set;get open(){return!this.panel.hidden}show(e){let[t]=e;t!==void 0&&(this.items=e,this.given=new Set(e.filter(s=>{let{standing:i,pending:r}=this.work.look(s);return i!=="open"&&!r})),this.input.value=this.work.look(t).comment,this.panel.hidden=!1,this.input.focus())}close(){if(!this.open)return;let{items:e}=this;this.panel.hidden=!0;let t=e.filter(s=>this.given.has(s)&&this.work.look(s).pending).map(s=>({item:s,after:{...this.work.look(s),pending:!1}}));this.work.change(t),this.items=[],this.closed(e)}write(){for(let e of this.items)this.work.remark(e,this.input.value)}};var Mi=4,Se=24,Ee=class{constructor(e,t){this.list=e;this.handlers=t;e.addEventListener("pointerdown",s=>this.down(s))}list;handlers;swallow=!1;ended(){let{swallow:e}=this;return this.swallow=!1,e}down(e){if(this.swallow=!1,this.handlers.press(e),e.pointerType==="touch"||e.button!==0)return;let{list:t}=this,s=t.getBoundingClientRect(),i=e.clientX-s.left+t.scrollLeft,r=e.clientY-s.top+t.scrollTop,o=null,a=d=>{let c=Math.hypot(d.clientX-e.clientX,d.clientY-e.clientY);if(!o){if(c<Mi)return;o=l("div",{class:"band"}),t.append(o),t.setPointerCapture(e.pointerId)}d.clientY>s.bottom-Se&&(t.scrollTop+=Se/2),d.clientY<s.top+Se&&(t.scrollTop-=Se/2);let m=Math.min(s.right,Math.max(s.left,d.clientX))-s.left,g=Math.min(s.bottom,Math.max(s.top,d.clientY))-s.top,y=Math.min(i,m+t.scrollLeft),T=Math.min(r,g+t.scrollTop),E=Math.abs(i-m-t.scrollLeft),L=Math.abs(r-g-t.scrollTop);o.style.transform=`translate(${y}px, ${T}px)`,o.style.width=`${E}px`,o.style.height=`${L}px`,this.handlers.cover(new DOMRectReadOnly(y,T,E,L))},h=()=>{t.removeEventListener("pointermove",a),t.removeEventListener("pointerup",h),t.removeEventListener("pointercancel",h),o&&(o.remove(),this.swallow=!0,this.handlers.release())};t.addEventListener("pointermove",a),t.addEventListener("pointerup",h),t.addEventListener("pointercancel",h)}};var Le=class{constructor(e,t,s,i=()=>!1){this.list=e;this.tiles=t;this.onChange=s;this.toggling=i;this.band=new Ee(e,{press:r=>{this.touch=r.pointerType==="touch";let o=this.toggling()||r.ctrlKey||r.metaKey||r.shiftKey;this.kept=o?[...this.selected]:[]},cover:r=>this.cover(r),release:()=>this.release()}),e.addEventListener("click",r=>this.click(r))}list;tiles;onChange;toggling;focus=0;selected=new Set;anchor=0;touch=!1;kept=[];band;targets(){return this.selected.size===0?this.tiles().length>0?[this.focus]:[]:[...this.selected].sort((e,t)=>e-t)}reset(e=0){this.selected.clear(),this.focus=e,this.anchor=e,this.onChange()}clear(){this.selected.clear(),this.anchor=this.focus,this.onChange()}all(){this.tiles().forEach((e,t)=>this.selected.add(t)),this.onChange()}toggle(e){this.selected.delete(e)||this.selected.add(e),this.focus=e,this.anchor=e,this.onChange()}move(e,t){if(this.focus=e,t){this.selected.clear();let[s,i]=[Math.min(this.anchor,e),Math.max(this.anchor,e)];for(let r=s;r<=i;r+=1)this.selected.add(r)}else this.anchor=e;this.onChange()}placeOf(e){let t=e.target.closest(".tile");return t?this.tiles().indexOf(t):-1}click(e){if(this.band.ended())return;let t=this.placeOf(e);t===-1?this.toggling()||this.clear():e.shiftKey?this.move(t,!0):this.touch||this.toggling()||e.ctrlKey||e.metaKey?this.toggle(t):(this.selected.clear(),this.move(t,!1))}cover(e){let{list:t}=this,s=t.getBoundingClientRect(),i=s.left-t.scrollLeft,r=s.top-t.scrollTop;this.selected.clear();for(let o of this.kept)this.selected.add(o);this.tiles().forEach((o,a)=>{let h=o.getBoundingClientRect();h.left-i>e.right||h.right-i<e.left||h.top-r>e.bottom||h.bottom-r<e.top||this.selected.add(a)}),this.onChange()}release(){let[e]=this.targets();this.selected.size>0&&e!==void 0&&(this.focus=e,this.anchor=e),this.onChange()}};var $=6;function Ae(n,e){return Math.max(1,Math.floor((n+$)/(e+$)))}function ds(n,e,t,s){let r={ArrowLeft:-1,ArrowRight:1,ArrowUp:-t,ArrowDown:t,Home:-s,End:s}[n];if(r===void 0||s===0)return null;let o=e+r;return Math.abs(r)===t&&t>1&&(o<0||o>=s)?e:Math.min(s-1,Math.max(0,o))}var ee=class{constructor(e,t){this.desk=e;this.retry=t;this.again=u("Ask again",()=>this.retry()),this.empty=l("div",{class:"empty",role:"status"},this.title,this.text,this.again),this.panel.append(this.place,this.empty)}desk;retry;panel=l("div",{class:"ending",hidden:!0});title=l("strong");text=l("span");place=l("div");empty;again;show(e,t,s){if(this.panel.hidden=e===null,e===null)return;this.empty.dataset.state=e,f(this.place,t,{label:"Try again",run:()=>this.retry()}),this.empty.hidden=t!==null;let i=this.desk.work.progress.mine,[r,o]={loading:["Looking for samples…",""],ready:["Looking for samples…",""],waiting:["Others hold what is left","It comes to you if they give it back. This page asks again by itself."],done:["Everything here is done",s||i>0?"Thank you. You can go back through your answers and change them.":"There is nothing for you to answer in this session."],refused:["Nothing more comes",""]}[e];p(this.title,r),p(this.text,o),this.again.hidden=e!=="waiting"&&e!=="done"}};function cs(n){return`${Math.round(n*100)} %`}function R(n){if(n.standing==="skipped")return"skipped";let{classes:e,spans:t,boxes:s}=n.value,i=[...e];return t.length>0&&i.push(t.length===1?"1 mark":`${t.length} marks`),s.length>0&&i.push(s.length===1?"1 box":`${s.length} boxes`),i.length===0&&n.standing==="done"?"nothing in it":i.join(", ")}var Ri=128,Te=class{constructor(e,t,s){this.desk=t;let i=u("Close",()=>this.dialog.close(),{title:"Escape"}),r=t.view.task==="text"?this.text:this.picture;this.dialog.append(r,l("div",{class:"look-foot"},this.facts,i)),this.dialog.addEventListener("close",s),this.dialog.addEventListener("keydown",o=>{o.stopPropagation(),o.code===this.desk.keys.code("fit")&&this.dialog.close()}),this.dialog.addEventListener("click",o=>{o.target===this.dialog&&this.dialog.close()}),e.append(this.dialog)}desk;dialog=l("dialog",{class:"look","aria-label":"Sample"});picture=l("img",{alt:""});text=l("p",{class:"look-text"});facts=l("p",{class:"muted small"});show(e){let{work:t,view:s}=this.desk,i=t.item(e);s.task==="text"?p(this.text,i?.text??""):(this.picture.src=X(s.samples_digest,[e]),this.picture.classList.toggle("crisp",Math.max(s.shape[0],s.shape[1])<=Ri));let r=t.look(e),o=[`Sample ${e}`,i?.name,R(r)||"no answer yet",r.comment];p(this.facts,o.filter(Boolean).join(" · ")),this.dialog.showModal()}dispose(){this.dialog.remove()}};var Ci=500,Ii=8e3,Pi=4e3,Oi=2e4,Di=1e3,te=class{constructor(e,t,s){this.terms=e;this.work=t;this.changed=s;addEventListener("pagehide",this.onHide)}terms;work;changed;state="loading";error=null;batches=[];asking=null;failures=0;timer;onHide=()=>this.giveBack();get ahead(){return this.batches.flat().map(e=>e.item)}next(){let e=this.batches[0]?.shift()??null;return this.batches[0]?.length===0&&this.batches.shift(),this.fill(),e?.item??null}nextBatch(){let e=this.batches.shift()??[];return this.fill(),e.map(t=>t.item)}fill(e=!1){if(this.asking||this.timer!==void 0&&!e)return;let{count:t,batches:s}=this.terms,i=t*s-this.batches.reduce((r,o)=>r+o.length,0);(this.terms.batches>1?i<t:this.batches.length>=s)||this.ask()}dispose(){removeEventListener("pagehide",this.onHide),this.asking?.abort(),clearTimeout(this.timer),this.giveBack()}async ask(){clearTimeout(this.timer),this.timer=void 0;let e=new AbortController;this.asking=e;let{session:t,annotator:s,count:i,together:r}=this.terms,o=this.work.held.slice(-Di);try{let a=await Kt(t,{annotator:s,count:i,together:r,have:o},e.signal);if(e.signal.aborted)return;this.asking=null,this.failures=0,this.error=null,this.work.learn(a.progress,a.revision);let h=new Set(this.work.held),d=a.items.filter(({item:c})=>!h.has(c));this.work.take(d,!0),d.sort((c,m)=>Number(this.work.look(m.item).pending)-Number(this.work.look(c.item).pending)),d.length>0?(this.batches.push(d),this.state="ready",this.changed(),this.fill()):(this.state=a.waiting?"waiting":"done",this.later(a.waiting?Pi:Oi),this.changed())}catch(a){if(S(a)||e.signal.aborted)return;if(this.asking=null,this.error=b(a),this.error.status===-1)throw a;this.error.passing?(this.failures+=1,this.later(Math.min(Ii,Ci*2**(this.failures-1)))):this.state="refused",this.changed()}}later(e){clearTimeout(this.timer),this.timer=setTimeout(()=>{this.timer=void 0,this.fill()},e)}giveBack(){let e=this.ahead.filter(i=>!this.work.look(i).pending);if(this.batches=[],e.length===0)return;this.work.forget(e);let{session:t,annotator:s}=this.terms;Vt(t,s,e).catch(()=>{})}};var gt=16,se=class n{constructor(e,t,s,i,r){this.url=e;this.columns=t;this.rows=s;this.cellWidth=i;this.cellHeight=r}url;columns;rows;cellWidth;cellHeight;static async load(e,t,s){let i=N("sprite",{samples:e,ids:t.join(",")}),r=await K("GET",i,s?{signal:s}:{}),o=URL.createObjectURL(await r.blob()),a=new Image;a.src=o,await a.decode();let h=Math.min(gt,t.length),d=Math.ceil(t.length/h);return new n(o,h,d,a.naturalWidth/h,a.naturalHeight/d)}paint(e,t,s){let i=s/Math.max(this.cellWidth,this.cellHeight),r=this.cellWidth*i,o=this.cellHeight*i,a=t%this.columns,h=Math.floor(t/this.columns);e.style.width=`${r}px`,e.style.height=`${o}px`,e.style.backgroundImage=`url("${this.url}")`,e.style.backgroundSize=`${this.columns*r}px ${this.rows*o}px`,e.style.backgroundPosition=`${-a*r}px ${-h*o}px`,e.classList.toggle("crisp",Math.max(this.cellWidth,this.cellHeight)<=64)}dispose(){URL.revokeObjectURL(this.url)}};var _i=36,$i=52,Hi=168,ps=250,Bi=48,Ni=6;function us(n,e){let t=e?l("p",{class:"excerpt"}):l("div",{class:"cell"});return l("div",{id:n,class:e?"tile card":"tile",role:"option","aria-selected":"false"},l("div",{class:"frame"},t,l("div",{class:"name","aria-hidden":!0})))}function ms(n,e,t,s){if(s)return{columns:Ae(e,Math.min(e,ps)),side:ps};let i=matchMedia("(hover: none)").matches?$i:_i;for(let r=Hi;r>i;r-=2){let o=Ae(e,r);if(Math.ceil(n/o)*(r+$)-$<=t)return{columns:o,side:r}}return{columns:Ae(e,i),side:i}}function gs(n,e,t,s,i){let r=e?.suggestion?.value??null,o=t.standing==="open"&&!t.pending,a=o&&r?R({...t,standing:"done",value:r}):"",h=o?a:R(t)||"no class",d=o?r?.classes[0]:t.value.classes[0];n.classList.toggle("answered",t.standing!=="open"),n.classList.toggle("pending",t.pending),n.classList.toggle("skipped",t.standing==="skipped"),n.classList.toggle("suggested",a!==""),n.classList.toggle("unsure",t.unsure),n.classList.toggle("returned",e?.standing==="returned"&&o),d?n.style.setProperty("--colour",i(d)):n.style.removeProperty("--colour");let c=n.querySelector(".name");c&&p(c,s>=Bi?h:"");let m=[`sample ${e?.item??""}`,o?"no answer":h];a&&m.push(`suggested: ${a}`),t.unsure&&m.push("not sure"),e?.returned&&m.push(`sent back: ${e.returned}`),e?.text&&m.push(e.text.slice(0,200)),n.setAttribute("aria-label",m.join(", "));let g=[h,t.comment&&`“${t.comment}”`,e?.returned&&`Sent back: ${e.returned}`];n.title=g.filter(Boolean).join(`
`)}var Me=class{constructor(e){this.samples=e}samples;kept=new Map;get(e){let t=e.join(),s=this.kept.get(t);if(s)return s;let i=se.load(this.samples,e);i.catch(()=>this.kept.delete(t)),this.kept.set(t,i);for(let[r,o]of this.kept){if(this.kept.size<=Ni)break;this.kept.delete(r),o.then(a=>a.dispose()).catch(()=>{})}return i}dispose(){for(let e of this.kept.values())e.then(t=>t.dispose()).catch(()=>{});this.kept.clear()}};var Ki=400,zi=4,qi=.62,fs=6,Vi=2e3,Ui=600,ft={standing:"open",value:x,unsure:!1,comment:"",pending:!1},vs=new Set,Re=class{constructor(e){this.desk=e;let{view:t,work:s,data:i}=e,r=t.task==="text";this.together=t.session.groups!==""||t.session.config.strategy==="clusters",this.list=l("div",{class:"tiles",role:"listbox",tabindex:0,"aria-multiselectable":"true","aria-label":"Samples to label"}),this.list.classList.toggle("texts",r),this.list.classList.toggle("together",this.together),this.sheets=r?null:new Me(t.samples_digest),this.ending=new ee(e,()=>this.retry()),this.selection=new Le(this.list,()=>this.tiles,()=>this.paintSelection(),()=>this.together),this.panel=l("div",{class:"grid-surface"},this.place,this.list,this.ending.panel,l("div",{class:"grid-foot"},this.hint,this.position)),this.look=new Te(this.panel,e,()=>this.list.focus({preventScroll:!0})),this.list.addEventListener("dblclick",()=>this.enlarge());let o=Math.min(Ki,Math.max(zi,i.page_size));this.supply=new te({session:i.session,annotator:i.annotator,count:o,batches:1,together:this.together},s,()=>this.came()),this.observer=new ResizeObserver(()=>this.resized()),this.observer.observe(this.list),this.show(),this.supply.fill()}desk;panel;arrows=!1;list;hint=l("span",{class:"muted small hint"});position=l("span",{class:"muted small numbers"});place=l("div",{class:"place"});ending;look;supply;sheets;selection;observer;together;pages=[];at=0;tiles=[];places=new Map;lying={columns:1,side:64};aside=[];since=performance.now();timer;seenSelected=vs;seenFocus=-1;width=0;scrolls=!1;hinting=!1;get focus(){return this.list}get doing(){let e=this.tiles.length>0,[t]=this.targets(),s=t===void 0?ft:this.desk.work.look(t);return{back:this.at>0,forward:this.at<this.pages.length,skip:e,unsure:e,unsureOn:s.unsure,commented:s.comment!=="",clear:e,copy_previous:!1,fit:e,submit:e?this.submitting():null}}key(e){let{code:t}=e;if(e.ctrlKey||e.metaKey||e.altKey||this.tiles.length===0)return!1;let s=ds(t,this.selection.focus,this.lying.columns,this.tiles.length);if(s!==null)!e.shiftKey&&!this.together&&this.selection.selected.clear(),this.selection.move(s,e.shiftKey);else if(t==="Space")this.selection.toggle(this.selection.focus);else if(t==="PageDown")this.turn();else if(t==="PageUp")this.back();else return!1;return!0}choose(e){let{work:t,view:s}=this.desk,i=this.targets();if(s.session.config.answer==="multi"){let r=!i.every(o=>t.look(o).value.classes.includes(e));this.give(i,o=>{let a=o.value.classes.filter(d=>d!==e),h=r?[...a,e]:a;return{...o,value:{...o.value,classes:h},pending:!0}}),this.desk.say(`${v(i.length,"sample")}: ${e}${r?"":" taken away"}`);return}this.give(i,({unsure:r,comment:o})=>({standing:"done",value:{...x,classes:[e]},unsure:r,comment:o,pending:!1})),this.desk.say(`${v(i.length,"sample")}: ${e}`),this.goOn()}act(e){if(e==="back")return this.back();if(e==="forward")return this.turn();if(e==="submit"||e==="accept")return this.submit();let t=this.targets();if(t.length!==0)if(e==="skip")this.give(t,({unsure:s,comment:i})=>({standing:"skipped",value:x,unsure:s,comment:i,pending:!1})),this.desk.say(`${v(t.length,"sample")} skipped`),this.goOn();else if(e==="unsure"){let s=!t.every(i=>this.desk.work.look(i).unsure);this.give(t,i=>{let r=i.standing!=="open"&&!i.pending,o=!s&&i.comment===""&&z(i.value);return{...i,unsure:s,pending:!r&&!o}}),this.desk.say(s?"Not sure":"Sure")}else e==="clear"?this.give(t,()=>ft):e==="fit"&&this.enlarge()}remove(){this.act("clear")}escape(){this.selection.clear()}all(){let e=this.openPlaces();if(!this.together||e.length===0)return this.selection.all();this.select(e)}targets(){let e=this.pages[this.at]??[];return this.selection.targets().flatMap(t=>e[t]??[])}reveal(e){let[t]=e;if(t===void 0)return;let s=this.pages.findIndex(r=>r.includes(t));s!==-1&&s!==this.at&&(this.at=s,this.show());for(let r of e)this.paintItem(r);let i=this.places.get(t);this.together?this.select(this.openPlaces()):this.selection.selected.clear(),i!==void 0&&this.selection.move(i,!1),this.desk.refresh()}refresh(){this.tiles.length===0&&this.show(),this.paintAll(),this.refreshHint()}retry(){this.supply.fill(!0),this.paintPictures()}dispose(){clearTimeout(this.timer),this.observer.disconnect(),this.supply.dispose(),this.sheets?.dispose(),this.look.dispose()}get height(){return Math.min(this.desk.data.height,Math.max(260,innerHeight*qi))}give(e,t,s=!1){let i=performance.now(),r=Math.min(Ui,(i-this.since)/1e3)/Math.max(1,e.length),o=Math.round(r*1e3)/1e3;this.since=i;let a=e.map(h=>({item:h,after:t(this.desk.work.look(h),h),accepted:s,seconds:o}));this.desk.work.change(a);for(let h of e)this.paintItem(h);this.refreshHint()}goOn(){let{selection:e}=this,t=e.selected.size>0;if(this.together&&t){let i=this.openPlaces();if(i.length===0)return this.turn();this.select(i),e.move(i[0]??0,!1);return}let s=e.targets().at(-1)??0;e.selected.clear(),e.move(Math.min(s+1,this.tiles.length-1),!1)}openPlaces(){let e=this.pages[this.at]??[],{work:t}=this.desk;return[...e.keys()].filter(s=>t.look(e[s]??-1).standing==="open")}acceptable(){let{work:e}=this.desk,t=this.pages[this.at]??[];return(this.selection.selected.size>0?this.targets():t).filter(i=>{let{standing:r,value:o,pending:a}=e.look(i),h=e.item(i)?.suggestion;return r==="open"&&!a&&z(o)&&h})}pendingItems(){let e=this.pages[this.at]??[];return this.desk.view.session.config.answer==="multi"?e.filter(s=>this.desk.work.look(s).pending):[]}submitting(){let e=this.pendingItems().length;if(e>0)return`Submit ${w(e)}`;let t=this.acceptable().length;return t>0?`Accept ${w(t)}`:"Next page"}submit(){if(this.tiles.length===0)return;let e=this.pendingItems(),t=this.acceptable();if(e.length>0)this.give(e,i=>({...i,standing:"done",pending:!1})),this.desk.say(`${v(e.length,"answer")} submitted`);else if(t.length>0){let{work:i}=this.desk,r=({unsure:o,comment:a},h)=>({standing:"done",value:i.item(h)?.suggestion?.value??x,unsure:o,comment:a,pending:!1});this.give(t,r,!0),this.desk.say(`${v(t.length,"suggestion")} accepted`)}else return this.turn();let s=this.openPlaces();if(s.length===0)return this.turn();this.together?this.select(s):this.selection.selected.clear(),this.selection.move(s[0]??0,!1)}turn(){if(this.at>=this.pages.length)return;let e=this.pages[this.at]??[];for(let t of this.openPlaces()){let s=e[t];s!==void 0&&!this.aside.includes(s)&&this.aside.push(s)}this.at+=1,this.show()}back(){this.at!==0&&(this.at-=1,this.show())}came(){this.at>=this.pages.length?this.show():this.supply.ahead.length>0&&this.sheets?.get(this.supply.ahead).catch(()=>{}),this.desk.refresh()}another(){let e=this.supply.nextBatch();if(e.length>0)return e;if(this.supply.state==="loading"||this.supply.state==="ready")return null;this.aside=this.aside.filter(s=>this.desk.work.look(s).standing==="open");let t=this.aside.splice(0,this.desk.data.page_size);return t.length>0?t:null}show(){if(this.at>=this.pages.length){let r=this.another();r&&(this.at=this.pages.push(r)-1)}let e=this.pages[this.at]??[],t=e.length>0;this.list.hidden=!t,this.ending.show(t?null:this.supply.state,this.supply.error,this.pages.length>0),this.places=new Map(e.map((r,o)=>[r,o]));let s=this.desk.view.task==="text";this.tiles=e.map((r,o)=>us(`tile-${o}`,s)),this.seenSelected=vs,this.seenFocus=-1,this.lie(),this.list.replaceChildren(...this.tiles),this.list.scrollTop=0,this.since=performance.now(),this.paintPictures(),this.paintAll();let i=this.openPlaces();if(this.selection.selected.clear(),this.together)for(let r of i)this.selection.selected.add(r);this.selection.move(i[0]??0,!1),this.refreshHint(),this.desk.refresh()}async paintPictures(){let e=this.pages[this.at]??[];if(e.length===0)return;let{work:t}=this.desk;if(!this.sheets){this.tiles.forEach((i,r)=>{let o=t.item(e[r]??-1)?.text??"";p(i.querySelector(".excerpt")??i,o||"(an empty text)")});return}clearTimeout(this.timer);let{tiles:s}=this;for(let i of s)i.classList.add("loading");try{let i=await this.sheets.get(e);if(s!==this.tiles)return;f(this.place,null),s.forEach((r,o)=>{r.classList.remove("loading");let a=r.querySelector(".cell");a&&i.paint(a,o,this.lying.side)})}catch(i){if(s!==this.tiles)return;let r=b(i);f(this.place,r,{label:"Try again",run:()=>{this.paintPictures()}}),r.passing&&(this.timer=setTimeout(()=>{this.paintPictures()},Vi))}}paintAll(){for(let e of this.places.keys())this.paintItem(e)}paintItem(e){let t=this.tiles[this.places.get(e)??-1];if(!t)return;let{work:s}=this.desk,{side:i}=this.lying;gs(t,s.item(e),s.look(e),i,r=>this.desk.colour(r))}lie(){this.width=this.list.clientWidth||this.panel.clientWidth;let e=this.desk.view.task==="text";this.lying=ms(this.tiles.length,this.width-fs,this.height-fs,e),this.list.style.setProperty("--columns",String(this.lying.columns)),this.list.style.setProperty("--side",`${this.lying.side}px`),this.list.style.maxHeight=`${this.height}px`;let t=Math.ceil(this.tiles.length/this.lying.columns);this.scrolls=e||t*(this.lying.side+$)>this.height}resized(){this.tiles.length===0||Math.abs(this.list.clientWidth-this.width)<2||(this.lie(),this.paintPictures(),this.paintAll())}select(e){this.selection.selected.clear();for(let t of e)this.selection.selected.add(t);this.paintSelection()}paintSelection(){let{focus:e,selected:t}=this.selection;for(let s of this.seenSelected)t.has(s)||this.tiles[s]?.setAttribute("aria-selected","false");for(let s of t)this.seenSelected.has(s)||this.tiles[s]?.setAttribute("aria-selected","true");if(this.seenSelected=new Set(t),e!==this.seenFocus){this.tiles[this.seenFocus]?.classList.remove("focused");let s=this.tiles[e];s?.classList.add("focused"),s&&(this.list.setAttribute("aria-activedescendant",s.id),this.keepInSight(s)),this.seenFocus=e}this.markBar(),this.refreshHint(),this.desk.refresh()}markBar(){let[e]=this.targets(),t=e===void 0?ft:this.desk.work.look(e);this.desk.bar.mark(this.selection.selected.size>1?[]:t.value.classes)}keepInSight(e){if(!this.scrolls)return;let t=e.offsetTop-$,s=e.offsetTop+e.offsetHeight+$-this.list.clientHeight;t<this.list.scrollTop?this.list.scrollTop=t:s>this.list.scrollTop&&(this.list.scrollTop=s)}enlarge(){let e=(this.pages[this.at]??[])[this.selection.focus];e!==void 0&&this.look.show(e)}refreshHint(){this.hinting||(this.hinting=!0,queueMicrotask(()=>{this.hinting=!1,this.paintHint()}))}paintHint(){let e=this.tiles.length,t=this.openPlaces().length,s=this.selection.selected.size,i="";if(e>0&&t===0)i="Everything on this page is answered. Enter: next page.";else if(this.together&&s>0){let a=t-s;i=`A class answers for ${v(s,"sample")}.`,i+=a>0?` ${v(a,"sample")} left out.`:" Click what does not belong."}else s>0?i=`${v(s,"sample")} selected. Escape clears the selection.`:e>0&&(i="Press a class. Arrows move, Shift+arrows or dragging selects.");p(this.hint,i);let r=`Page ${w(this.at+1)} · ${w(t)} of ${w(e)} open`,o=this.aside.length>0?` · ${w(this.aside.length)} set aside`:"";p(this.position,e>0?r+o:"")}};var Wi=[["Ctrl Z","Undo"],["Ctrl Shift Z","Redo"],["Ctrl Enter","Submit"],["Ctrl Space","Skip"],["Ctrl ← →","Back and forward, everywhere"],["⌫ or Del","Remove a mark"],["Esc","Let go of a selection"],["F1 or ?","This panel"]],Gi=128,Ce=class{constructor(e,t,s,i,r){this.view=t;this.annotator=s;this.keys=i;this.does=r;this.seenKey=`studio.guide:${t().session.config.name}:${s}`,this.tabs=["What to do","Keys"].map((o,a)=>u(o,()=>this.turn(a),{class:"button quiet tab",role:"tab"})),this.close=u("Close",()=>this.dialog.close(),{class:"button primary",autofocus:!0}),this.dialog.append(l("div",{class:"guide-tabs",role:"tablist"},...this.tabs,this.close),this.place,this.body),this.dialog.addEventListener("keydown",o=>this.key(o),!0),this.dialog.addEventListener("close",()=>{this.asking="",p(this.close,"Close"),r.closed()}),this.dialog.addEventListener("click",o=>{o.target===this.dialog&&this.dialog.close()}),e.append(this.dialog)}view;annotator;keys;does;dialog=l("dialog",{class:"guide","aria-label":"Instructions and keys"});body=l("div",{class:"guide-body"});place=l("div");tabs;close;asking="";seenKey;get open(){return this.dialog.open}greet(){let{session:e,classes:t}=this.view(),s=e.config.instructions.trim()!=="",i=t.some(({description:r,examples:o})=>r||o.length>0);try{if(localStorage.getItem(this.seenKey)!==null)return;localStorage.setItem(this.seenKey,"1")}catch{}!s&&!i||(p(this.close,"Start"),this.show(0))}show(e){this.turn(e),this.dialog.open||this.dialog.showModal()}dispose(){this.dialog.remove()}turn(e){this.asking="",this.tabs.forEach((t,s)=>t.setAttribute("aria-selected",String(s===e))),f(this.place,null),e===0?this.renderWhat():this.renderKeys(),this.body.scrollTop=0}renderWhat(){let{session:e,classes:t}=this.view(),s=e.config.instructions.trim();this.body.replaceChildren(...s?[l("h4",{},e.config.name),l("p",{class:"instructions"},s)]:[],l("h4",{},"Classes"),l("ul",{class:"guide-classes"},...t.map(i=>this.describe(i))))}describe(e){let{task:t,samples_digest:s,shape:i}=this.view(),r=l("div",{class:"guide-class"},l("span",{class:"class-dot"}),l("b",{},e.name)),o=this.keys.printed(`class:${e.name}`);o&&r.append(l("kbd",{class:"key"},o));let a=l("li",{},r);if(a.style.setProperty("--colour",e.colour||"#888888"),e.description&&a.append(l("p",{class:"guide-description"},e.description)),t==="images"&&e.examples.length>0){let h=Math.max(i[0],i[1])<=Gi?"crisp":"";a.append(l("div",{class:"guide-examples"},...e.examples.map(d=>l("img",{src:X(s,[d]),alt:`${e.name}, sample ${d}`,class:h,loading:"lazy"}))))}return a}renderKeys(){let e=this.keys.names().map(({name:i,title:r})=>{let o=this.keys.printed(i),a=this.asking===i,h=u(a?"Press a key…":o||"none",()=>this.ask(i),{class:a?"button keycap listening":"button keycap","aria-label":`Key of ${r}: ${o||"none"}. Change it.`,"data-name":i}),d=this.keys.conflicts(i).map(m=>this.titleOf(m)),c=l("li",{},l("span",{class:"key-title"},r),h);return d.length>0&&c.append(l("span",{class:"conflict small"},`Also: ${d.join(", ")}`)),c}),t=Wi.map(([i,r])=>l("li",{},l("span",{class:"key-title"},r),l("kbd",{class:"key"},i))),s=u("Back to the usual keys",()=>{this.save({})},{disabled:Object.keys(this.keys.remapped).length===0});this.body.replaceChildren(l("p",{class:"muted small"},"These are your own keys in this session: choose one to change it."),l("ul",{class:"key-list"},...e),s,l("h4",{},"Always"),l("ul",{class:"key-list"},...t))}titleOf(e){return this.keys.names().find(t=>t.name===e)?.title??e}ask(e){this.asking=e,this.renderKeys(),this.body.querySelector(`[data-name="${CSS.escape(e)}"]`)?.focus()}key(e){if(!this.asking){e.code==="F1"&&e.preventDefault(),e.code!=="Escape"&&e.stopPropagation();return}e.preventDefault(),e.stopPropagation();let t=this.asking;if(e.code==="Escape"){this.asking="",this.renderKeys();return}let s=D.refusal(e.code);if(s){let i=this.body.querySelector(".listening");i&&p(i,s);return}this.asking="",this.save({...this.keys.remapped,[t]:e.code})}async save(e){let{session:t}=this.view();this.keys.update(this.view().classes,e),this.does.remapped(),this.renderKeys();try{await Ut(t.config.name,this.annotator,e),f(this.place,null)}catch(s){let i={label:"Try again",run:()=>{this.save(e)}};f(this.place,b(s),i)}}};var ji=5e3,Ie=class{constructor(e,t){this.work=e;this.undoButton=u("↶",t.undo,{class:"button quiet icon","aria-label":"Undo",title:"Undo (Ctrl+Z)"}),this.redoButton=u("↷",t.redo,{class:"button quiet icon","aria-label":"Redo",title:"Redo (Ctrl+Shift+Z)"});let s=u("?",t.help,{class:"button quiet icon","aria-label":"Help, instructions and keys",title:"Instructions and keys (F1 or ?)"}),i=l("div",{class:"header-text"},this.summary,this.mine,this.rate),r=l("div",{class:"header-tools"},this.status,this.undoButton,this.redoButton,s);this.panel=l("header",{class:"header"},l("div",{class:"header-row"},i,r),this.bar),this.timer=setInterval(()=>this.refreshRate(),ji)}work;panel;fill=l("div");bar=l("div",{class:"bar",role:"progressbar","aria-label":"Done","aria-valuemin":0},this.fill);summary=l("span",{class:"numbers summary"});mine=l("span",{class:"muted small numbers"});rate=l("span",{class:"muted small numbers"});status=l("span",{class:"status",role:"status"});undoButton;redoButton;timer;refresh(){let{state:e,waiting:t,progress:s,canUndo:i,canRedo:r}=this.work,a=`scaleX(${s.total>0?s.done/s.total:0})`;this.fill.style.transform!==a&&(this.fill.style.transform=a,this.bar.setAttribute("aria-valuemax",String(s.total)),this.bar.setAttribute("aria-valuenow",String(s.done))),p(this.summary,`${w(s.done)} of ${w(s.total)} done`),p(this.mine,`${w(s.mine)} by you`),this.status.hidden=e==="idle",this.status.dataset.state!==e&&(this.status.dataset.state=e),p(this.status,J(e,t)),this.undoButton.disabled===i&&(this.undoButton.disabled=!i),this.redoButton.disabled===r&&(this.redoButton.disabled=!r)}dispose(){clearInterval(this.timer)}refreshRate(){let{pace:e,progress:t}=this.work,s=e.perMinute,i=e.secondsFor(t.wanted-t.answers),r=[];s>0&&r.push(`${w(s)} a minute`),i!==null&&r.push(`about ${Bt(i)} left`),p(this.rate,r.join(" · "))}};var Oe=["nw","n","ne","e","se","s","sw","w"];function U(n,e,t){return Math.min(t,Math.max(e,n))}function ie(n){return Math.round(n*1e6)/1e6}function De(n,e,t){let s=U(Math.min(n.x,e.x),0,1-t.width),i=U(Math.min(n.y,e.y),0,1-t.height),r=U(Math.max(n.x,e.x),s+t.width,1),o=U(Math.max(n.y,e.y),i+t.height,1);return{left:ie(s),top:ie(i),width:ie(r-s),height:ie(o-i)}}function vt(n,e,t){return{...n,left:ie(U(n.left+e,0,Math.max(0,1-n.width))),top:ie(U(n.top+t,0,Math.max(0,1-n.height)))}}function bt(n,e,t,s,i){let r={x:n.left,y:n.top},o={x:n.left+n.width,y:n.top+n.height};return e.includes("w")&&(r.x+=t),e.includes("e")&&(o.x+=t),e.includes("n")&&(r.y+=s),e.includes("s")&&(o.y+=s),De(r,o,i)}function wt(n,e){let t=e.includes("w")?0:e.includes("e")?1:.5,s=e.includes("n")?0:e.includes("s")?1:.5;return{x:n.left+n.width*t,y:n.top+n.height*s}}function bs(n,e,t){let s="",i=1;for(let r of Oe){let o=wt(n,r),a=Math.hypot((e.x-o.x)/t.width,(e.y-o.y)/t.height);a<=i&&([s,i]=[r,a])}return s}function F(n,e,t={width:0,height:0}){let{left:s,top:i,width:r,height:o}=n;return e.x>=s-t.width&&e.x<=s+r+t.width&&e.y>=i-t.height&&e.y<=i+o+t.height}function ws(n,e,t){let s={left:n.left+t.width,top:n.top+t.height,width:n.width-2*t.width,height:n.height-2*t.height};return F(n,e,t)&&!F(s,e)}function _e(n,e){let t=-1,s=1/0;return n.forEach((i,r)=>{i.width*i.height<s&&e(i)&&(t=r,s=i.width*i.height)}),t}function $e(n,e){return n.length===e.length&&n.every((t,s)=>pe(t,e[s]))}function pe(n,e){return e!==void 0&&n.class_name===e.class_name&&n.left===e.left&&n.top===e.top&&n.width===e.width&&n.height===e.height}var V=12,Fi=64,Yi=4,Qi=3e4,Pe=class{x=0;y=0;scale=1;picture={width:1,height:1};stage={width:1,height:1};set(e,t){let s=this.whole,i=e.width===this.picture.width&&e.height===this.picture.height;this.picture=e,this.stage=t,s||!i?this.fit():this.settle()}get fitting(){let e=Math.max(1,this.stage.width-2*V),t=Math.max(1,this.stage.height-2*V);return Math.min(e/this.picture.width,t/this.picture.height)}get largest(){let e=Math.max(this.picture.width,this.picture.height),t=Math.max(Fi,this.fitting*Yi);return Math.max(this.fitting,Math.min(t,Qi/e))}get whole(){return this.scale<=this.fitting*1.001}get width(){return this.picture.width*this.scale}get height(){return this.picture.height*this.scale}fit(){this.scale=this.fitting,this.settle()}zoom(e,t={x:this.stage.width/2,y:this.stage.height/2}){let s=this.scale;this.scale=U(s*e,this.fitting,this.largest),this.x=t.x-(t.x-this.x)*this.scale/s,this.y=t.y-(t.y-this.y)*this.scale/s,this.settle()}pan(e,t){this.x+=e,this.y+=t,this.settle()}reveal(e){let t=(s,i,r,o)=>{let a=s+i-V,h=s+i+r+V;return a>=0&&h<=o?s:r+2*V>o||a<0?s-a:s+o-h};this.x=t(this.x,e.left*this.width,e.width*this.width,this.stage.width),this.y=t(this.y,e.top*this.height,e.height*this.height,this.stage.height),this.settle()}share(e){return{x:(e.x-this.x)/this.width,y:(e.y-this.y)/this.height}}reach(e){return{width:e/this.width,height:e/this.height}}settle(){let e=(t,s,i)=>s+2*V<=i+1?(i-s)/2:U(t,i-s-V,V);this.x=e(this.x,this.width,this.stage.width),this.y=e(this.y,this.height,this.stage.height)}};var yt="#8a8f98",Xi=22,Ji=2,ys=["","9 4","2 4","12 4 2 4","5 5"],xs=["","right","below","below right"];function W(n,e){let t=document.createElementNS("http://www.w3.org/2000/svg",n);for(let[s,i]of Object.entries(e))t.setAttribute(s,i);return t}function ue(n){let e=Number.parseInt(n.slice(1),16);return ge([e>>16,e>>8&255,e&255])>.22?"#111111":"#ffffff"}function re(n,e){return n.find(t=>t.name===e)?.colour||yt}function xt(n){return ys[n%ys.length]??""}function A(n){return`${n*100}%`}var He=class{constructor(e,t,s){this.classes=e;this.scene=t;this.changed=s;for(let i of this.guides)i.setAttribute("class","box-guide");for(let i of Oe)this.handles.append(W("rect",{width:"10",height:"10",rx:"2","data-grip":i}));this.lines.append(...this.guides,this.boxes,this.handles),this.sheet=l("div",{class:"box-sheet"},this.canvas,this.lines,this.names),this.stage=l("div",{class:"box-stage"},this.sheet),this.observer=new ResizeObserver(()=>this.resize()),this.observer.observe(this.stage)}classes;scene;changed;view=new Pe;stage;canvas=l("canvas",{class:"box-picture","aria-hidden":!0});lines=W("svg",{class:"box-lines","aria-hidden":"true"});boxes=W("g",{});handles=W("g",{class:"box-handles"});guides=[W("line",{}),W("line",{})];names=l("div",{class:"box-names","aria-hidden":!0});sheet;observer;drawn=new Map;picture=null;size={width:1,height:1};frame=0;colours=new Map;show(e,t){let s=Math.max(1,t.width),i=Math.max(1,t.height),r=e!==this.picture;this.size={width:s,height:i},r&&(this.picture=e,this.canvas.hidden=e===null,this.canvas.width=e?.width??1,this.canvas.height=e?.height??1,e&&this.canvas.getContext("2d")?.drawImage(e,0,0)),this.view.set(this.size,this.room),r&&this.view.fit(),this.paint()}dispose(){this.observer.disconnect(),cancelAnimationFrame(this.frame)}share(e){return this.view.share(this.onStage(e))}onStage(e){let{left:t,top:s}=this.stage.getBoundingClientRect();return{x:e.clientX-t-this.stage.clientLeft,y:e.clientY-s-this.stage.clientTop}}paint(){this.frame===0&&(this.frame=requestAnimationFrame(()=>{this.frame=0,this.draw()}))}get room(){return{width:Math.max(1,this.stage.clientWidth),height:Math.max(1,this.stage.clientHeight)}}resize(){this.view.set(this.size,this.room),this.paint(),this.changed()}draw(){let{view:e}=this,t=this.scene();this.sheet.style.transform=`translate(${e.x}px, ${e.y}px)`,this.sheet.style.width=`${e.width}px`,this.sheet.style.height=`${e.height}px`;let s=e.width/this.canvas.width;this.canvas.classList.toggle("crisp",s>=Ji),this.colours=new Map(this.classes().map(({name:r,colour:o})=>[r,o||yt]));let i=new Set;t.layers.forEach((r,o)=>{r.boxes.forEach((a,h)=>{let d=`${o}:${h}`;i.add(d),this.drawBox(d,r,a,h,t)})});for(let[r,{halo:o,line:a,name:h}]of this.drawn)i.has(r)||(o.remove(),a.remove(),h.remove(),this.drawn.delete(r));this.drawHandles(t),this.drawGuides(t.guide)}drawBox(e,t,s,i,r){let o=t.look==="own",a=o&&i===r.selected,h=o&&i===r.hovered,d=t.colour||(this.colours.get(s.class_name)??yt),c=this.view.y+s.top*this.view.height<Xi,m=`${t.look} ${d} ${a} ${h} ${c}`,g=this.drawn.get(e)??this.make(e);if(g.from===s&&g.state===m)return;g.from=s,g.state=m;let y=typeof t.look=="number"?"other":t.look,T=typeof t.look=="number"?xt(t.look):"";for(let I of[g.halo,g.line])I.setAttribute("x",A(s.left)),I.setAttribute("y",A(s.top)),I.setAttribute("width",A(s.width)),I.setAttribute("height",A(s.height)),I.setAttribute("stroke-dasharray",y==="suggested"?"7 5":T);let E=`${a?" selected":""}${h?" hovered":""}`;g.halo.setAttribute("class",`box-halo ${y}${E}`),g.line.setAttribute("class",`box-line ${y}${E}`),g.line.style.setProperty("--colour",d);let L=typeof t.look=="number"?xs[t.look%xs.length]:"";g.name.className=`box-name ${y} ${L}${E}${c?" inside":""}`;let k=A(1-s.left-s.width);g.name.style.left=L?.includes("right")?"auto":A(s.left),g.name.style.right=L?.includes("right")?k:"auto",g.name.style.top=A(L?.includes("below")?s.top+s.height:s.top),g.name.style.setProperty("--colour",d),g.name.style.setProperty("--on-colour",ue(d)),p(g.name,y==="suggested"?`${s.class_name}?`:s.class_name)}make(e){let t={halo:W("rect",{}),line:W("rect",{}),name:l("span"),from:null,state:""};return this.boxes.append(t.halo,t.line),this.names.append(t.name),this.drawn.set(e,t),t}drawHandles(e){let s=e.layers.find(i=>i.look==="own")?.boxes[e.selected];this.handles.setAttribute("visibility",s?"visible":"hidden"),s&&(this.handles.style.setProperty("--colour",re(this.classes(),s.class_name)),Oe.forEach((i,r)=>{let o=wt(s,i),a=this.handles.children[r];a?.setAttribute("x",A(o.x)),a?.setAttribute("y",A(o.y))}))}drawGuides(e){let[t,s]=this.guides;for(let r of this.guides)r.setAttribute("visibility",e?"visible":"hidden");if(!e)return;let i=(r,o)=>{for(let[a,h]of Object.entries(o))r.setAttribute(a,h)};i(t,{x1:"0",x2:"100%",y1:A(e.y),y2:A(e.y)}),i(s,{x1:A(e.x),x2:A(e.x),y1:"0",y2:"100%"})}};var Zi="Drag with one finger to draw, with two to move the picture.",er="Drag to draw. Click a box to change it. Wheel zooms, Space and dragging moves the picture.",tr="Arrows move the box, Shift ten times as far, Alt resizes it. Delete removes it, Escape lets go.";function ks(n){return matchMedia("(hover: none)").matches?Zi:n?tr:er}function kt(n,e){let t=n[e];if(!t)return"";let s=i=>`${Math.round(i*100)} %`;return[`${t.class_name}, box ${e+1} of ${n.length}`,`${s(t.left)} from the left, ${s(t.top)} from the top`,`${s(t.width)} wide, ${s(t.height)} high`].join(", ")}var Be=class{constructor(e){this.choose=e}choose;root=l("ol",{class:"box-chips","aria-label":"Boxes"});state="";update(e,t,s){this.root.hidden=e.length===0;let i=e.map(({class_name:o})=>[o,re(s,o)]),r=JSON.stringify([i,t]);this.state!==r&&(this.state=r,this.root.replaceChildren(...i.map(([o,a],h)=>{let d=u(o,()=>this.choose(h),{class:"box-chip","aria-pressed":String(h===t),title:`Select this ${o}`,tabindex:-1});return d.style.setProperty("--colour",a),d.style.setProperty("--on-colour",ue(a)),l("li",{},d)})))}};var Ss=`.boxes {
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 0.5rem;
  min-width: 0;
  width: 100%;
  container-type: inline-size;
}
.box-stage {
  position: relative;
  height: min(var(--box-height, 30rem), 62svh, calc(100cqw * var(--ratio, 1) + 3rem));
  min-height: 13rem;
  overflow: hidden;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: color-mix(in srgb, var(--soft) 70%, var(--paper));
  cursor: crosshair;
  touch-action: none;
  user-select: none;
  -webkit-user-select: none;
  -webkit-touch-callout: none;
}
.box-stage:focus-visible {
  border-color: color-mix(in srgb, var(--accent) 60%, transparent);
  outline: none !important;
}
.box-stage.panning {
  cursor: grab !important;
}
.box-stage.panning:active {
  cursor: grabbing !important;
}
.box-sheet {
  position: absolute;
  top: 0;
  left: 0;
  transform-origin: 0 0;
  pointer-events: none;
}
.box-picture {
  display: block;
  width: 100%;
  height: 100%;
  background: #000000;
  box-shadow: 0 0 0 1px var(--line);
}
.box-picture.crisp {
  image-rendering: pixelated;
}
.box-lines,
.box-names {
  position: absolute;
  inset: 0;
  width: 100%;
  height: 100%;
  overflow: visible;
}
.box-lines rect {
  fill: none;
}
.box-halo {
  stroke: rgba(0, 0, 0, 0.5);
  stroke-width: 4;
}
.box-line {
  stroke: var(--colour);
  stroke-width: 2;
}
.box-line.own {
  fill: color-mix(in srgb, var(--colour) 7%, transparent) !important;
}
.box-line.own.hovered {
  fill: color-mix(in srgb, var(--colour) 16%, transparent) !important;
}
.box-line.own.selected {
  fill: color-mix(in srgb, var(--colour) 22%, transparent) !important;
  stroke-width: 2.5;
}
.box-halo.selected {
  stroke: #ffffff;
  stroke-width: 5;
}
.box-halo.suggested {
  stroke-dasharray: none;
  stroke: rgba(0, 0, 0, 0.35);
}
.box-handles rect {
  fill: #ffffff;
  stroke: var(--colour);
  stroke-width: 2;
  transform: translate(-5px, -5px);
}
.box-guide {
  stroke: #ffffff;
  stroke-width: 1;
  stroke-dasharray: 3 3;
  mix-blend-mode: difference;
  opacity: 0.6;
}
.box-name {
  position: absolute;
  max-width: 12rem;
  padding: 0 0.4rem;
  overflow: hidden;
  border-radius: 3px;
  background: var(--colour);
  color: var(--on-colour);
  font-size: 0.75rem;
  font-weight: 600;
  line-height: 18px;
  text-overflow: ellipsis;
  white-space: nowrap;
  transform: translate(-2px, calc(-100% - 2px));
}
.box-name.inside,
.box-name.below {
  transform: translate(2px, 2px);
}
.box-name.right {
  transform: translate(2px, calc(-100% - 2px));
}
.box-name.right.inside,
.box-name.right.below {
  transform: translate(-2px, 2px);
}
.box-name.suggested {
  background: color-mix(in srgb, var(--colour) 25%, #1a1c22);
  color: #ffffff;
  font-style: italic;
}
.box-name.selected {
  z-index: 1;
}
.box-name.own.selected:not(.inside) {
  transform: translate(-2px, calc(-100% - 8px));
}
.box-empty {
  position: absolute;
  inset: 0;
  display: grid;
  place-items: center;
  pointer-events: none;
}
.box-tools {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.4rem;
}
.box-zooms {
  display: flex;
  align-items: center;
  gap: 0.3rem;
  margin-left: auto;
}
.box-zooms .button {
  min-width: 2.5rem;
}
.box-zoom {
  min-width: 3.6rem;
  color: var(--muted);
  font-size: 0.85rem;
  text-align: center;
}
.box-chips {
  display: flex;
  flex: 1 1 0;
  min-width: 0;
  gap: 0.35rem;
  margin: 0;
  padding: 3px;
  overflow-x: auto;
  list-style: none;
  scrollbar-width: thin;
}
.box-chip {
  display: inline-flex;
  align-items: center;
  max-width: 11rem;
  min-height: 2rem;
  padding: 0 0.7rem;
  overflow: hidden;
  border: 1px solid var(--line);
  border-left: 5px solid var(--colour);
  border-radius: 1rem;
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  font-size: 0.85rem;
  text-overflow: ellipsis;
  white-space: nowrap;
  cursor: pointer;
  touch-action: manipulation;
}
.box-chip[aria-pressed="true"] {
  border-color: var(--colour);
  background: var(--colour);
  color: var(--on-colour);
  font-weight: 600;
}
.box-hint {
  min-height: 1.45em;
}
@media (hover: none) {
  .box-handles rect {
    width: 16px;
    height: 16px;
    transform: translate(-8px, -8px);
  }
  .box-chip {
    min-height: 2.5rem;
  }
}
@container (max-width: 560px) {
  .box-chips {
    flex-basis: 100%;
    order: 1;
  }
}
@container (max-width: 440px) {
  .box-zoom {
    display: none;
  }
}
`;var ir={nw:"nwse-resize",se:"nwse-resize",ne:"nesw-resize",sw:"nesw-resize",n:"ns-resize",s:"ns-resize",e:"ew-resize",w:"ew-resize","":"crosshair"},rr={mouse:7,touch:16},nr={mouse:3,touch:8},or=.0016,ar=18,St=1;function Et(n){return n.pointerType==="touch"?"touch":"mouse"}var Ne=class{constructor(e,t){this.shown=e;this.owner=t;this.stage=e.stage,this.stage.addEventListener("pointerdown",s=>this.down(s)),this.stage.addEventListener("pointermove",s=>this.move(s)),this.stage.addEventListener("pointerup",s=>this.up(s)),this.stage.addEventListener("pointercancel",s=>this.lost(s)),this.stage.addEventListener("pointerleave",()=>this.leave()),this.stage.addEventListener("wheel",s=>this.wheel(s),{passive:!1}),this.stage.addEventListener("touchstart",s=>s.preventDefault(),{passive:!1}),this.stage.addEventListener("mousedown",s=>{s.button===St&&s.preventDefault()}),this.stage.addEventListener("blur",()=>this.hold(!1))}shown;owner;hovered=-1;guide=null;task=null;pointers=new Map;space=!1;stage;get busy(){return this.task?.kind==="box"&&this.task.moving}key(e){return e.code!=="Space"?!1:e.type==="keyup"?(this.hold(!1),!1):e.composedPath()[0]!==this.stage&&!this.stage.matches(":hover")||e.composedPath()[0]instanceof HTMLButtonElement||e.ctrlKey||e.metaKey||e.altKey?!1:(this.hold(!0),!0)}abort(){let{busy:e}=this;return this.task=null,e&&this.owner.cancel(),e}hold(e){this.space=e,e&&(this.guide=null),this.stage.classList.toggle("panning",e),this.shown.paint()}down(e){if(e.button!==0&&e.button!==St)return;e.preventDefault(),this.stage.focus({preventScroll:!0}),this.stage.setPointerCapture(e.pointerId);let t=this.shown.onStage(e);if(this.pointers.set(e.pointerId,t),this.guide=null,this.pointers.size>1)this.abort(),this.task={kind:"pinch"};else if(e.button===St||this.space)this.task={kind:"pan"};else{this.owner.begin();let s=this.shown.share(e),i=this.hit(e);this.task={kind:"box",hit:i,from:s,start:t,moving:!1}}}move(e){let t=this.shown.onStage(e),s=this.pointers.get(e.pointerId);if(!s){this.hover(e);return}let{view:i}=this.shown;if(this.task?.kind==="pinch")this.pinch(e.pointerId,s,t);else if(this.task?.kind==="pan")i.pan(t.x-s.x,t.y-s.y),this.shown.paint();else if(this.task?.kind==="box"){let{task:r}=this,o=Math.hypot(t.x-r.start.x,t.y-r.start.y);r.moving||=o>nr[Et(e)],r.moving&&this.owner.drag(r.hit,r.from,i.share(t))}this.pointers.set(e.pointerId,t)}up(e){if(!this.pointers.delete(e.pointerId))return;let{task:t}=this;t?.kind==="pinch"&&this.pointers.size>0||(this.task=null,t?.kind==="box"&&(t.moving?this.owner.drop():this.owner.click(t.hit)),this.hover(e),this.owner.changed())}lost(e){this.pointers.delete(e.pointerId)&&(this.abort(),this.owner.changed())}leave(){this.pointers.size>0||(this.hovered=-1,this.guide=null,this.shown.paint())}hover(e){if(Et(e)==="touch")return;let t=this.hit(e),s=this.shown.share(e),i=F({left:0,top:0,width:1,height:1},s);this.hovered=t.place,this.guide=t.kind==="draw"&&i&&!this.space?s:null,this.stage.style.cursor=t.kind==="move"?"move":ir[t.grip],this.shown.paint()}hit(e){let t=this.shown.share(e),s=this.owner.boxes(),i=this.shown.view.reach(rr[Et(e)]),r=this.owner.selected(),o=s[r];if(e.ctrlKey||e.metaKey)return{kind:"draw",place:-1,grip:""};if(o){let c=bs(o,t,i);if(c)return{kind:"resize",place:r,grip:c};if(F(o,t))return{kind:"move",place:r,grip:""}}let a=_e(s,c=>ws(c,t,i));if(a!==-1)return{kind:"move",place:a,grip:""};let h=_e(s,c=>F(c,t)),d=_e(this.owner.suggestion(),c=>F(c,t,i));return h===-1&&d!==-1?{kind:"draw",place:h,grip:"",suggested:d}:{kind:"draw",place:h,grip:""}}pinch(e,t,s){let[i]=[...this.pointers].filter(([a])=>a!==e).map(([,a])=>a);if(!i)return;let{view:r}=this.shown,o=a=>Math.max(1,Math.hypot(a.x-i.x,a.y-i.y));r.pan((s.x-t.x)/2,(s.y-t.y)/2),r.zoom(o(s)/o(t),{x:(s.x+i.x)/2,y:(s.y+i.y)/2}),this.owner.changed()}wheel(e){let{view:t}=this.shown;if(t.whole&&e.deltaY>0)return;e.preventDefault();let s=e.deltaMode===WheelEvent.DOM_DELTA_PIXEL?1:ar;t.zoom(Math.exp(-e.deltaY*s*or),this.shown.onStage(e)),this.owner.changed()}};var Es={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,-1],ArrowDown:[0,1]},lr=10,Ls=40,Ke=1.5,ze=.3,hr=.04,dr=600,ne=class{constructor(e){this.options=e;this.view=new He(()=>e.classes(),()=>this.scene(),()=>this.refresh());let{stage:t}=this.view;t.tabIndex=0,t.setAttribute("role","application"),t.setAttribute("aria-roledescription","box editor"),t.append(this.empty),t.addEventListener("blur",()=>this.settle()),this.gestures=new Ne(this.view,{boxes:()=>this.list,suggestion:()=>this.offered,selected:()=>this.selected,begin:()=>this.settle(),click:i=>this.click(i),drag:(i,r,o)=>this.drag(i,r,o),drop:()=>this.settle(),cancel:()=>this.cancel(),changed:()=>this.refresh()});let s=l("div",{class:"box-tools",role:"group","aria-label":"Boxes and zoom"},this.makeButton,this.acceptButton,this.removeButton,this.chips.root,l("div",{class:"box-zooms"},u("−",()=>this.zoom(1/Ke),{"aria-label":"Zoom out",title:"Zoom out (,)"}),this.zoomed,u("+",()=>this.zoom(Ke),{"aria-label":"Zoom in",title:"Zoom in (.)"}),u("Fit",()=>this.fit(),{title:"See the whole picture"})));this.root=l("div",{class:"boxes"},l("style",{},Ss),t,s,this.hint,this.announcer),addEventListener("keyup",this.onKeyUp,!0),this.refresh()}options;root;list=[];suggestion=[];others=[];picture=null;size={width:1,height:1};selected=-1;nextClass="";settled=[];timer;view;gestures;announcer=l("span",{class:"visually-hidden","aria-live":"polite"});hint=l("p",{class:"muted small box-hint"});zoomed=l("span",{class:"box-zoom numbers"});chips=new Be(e=>this.choose(e));empty=l("p",{class:"box-empty muted"},"Loading the picture…");makeButton=u("New box",()=>this.make(),{title:"A box in the middle, to be moved with the arrows (Insert)"});acceptButton=u("",()=>this.accept(),{hidden:!0});removeButton=u("Remove",()=>this.removeAndStay(),{title:"Remove the selected box (Delete)"});onKeyUp=e=>{this.gestures.key(e),e.code in Es&&this.settle()};get boxes(){return this.list.map(e=>({...e}))}get stage(){return this.view.stage}load(e,t,s,i=[]){let r=$e(i,this.suggestion);if(e===this.picture&&e&&$e(s,this.settled)&&r)return;let o=e===this.picture?this.list[this.selected]:void 0;clearTimeout(this.timer),this.timer=void 0,this.gestures.abort(),this.picture=e,this.size=t,this.list=s.map(a=>({...a})),this.settled=this.boxes,this.suggestion=i.map(a=>({...a})),this.selected=o?this.list.findIndex(a=>pe(a,o)):-1,this.empty.hidden=e!==null,this.root.style.setProperty("--ratio",String(t.height/Math.max(1,t.width))),this.view.show(e,t),this.refresh()}overlay(e){this.others=e,this.refresh()}setClass(e){this.nextClass=e;let t=this.list[this.selected];if(!t||t.class_name===e)return this.refresh();this.list[this.selected]={...t,class_name:e},this.settle(),p(this.announcer,kt(this.list,this.selected))}get className(){let e=this.options.classes();return e.some(s=>s.name===this.nextClass)?this.nextClass:e[0]?.name??""}copyFrom(e){let t=e.filter(s=>!this.list.some(i=>pe(i,s)));t.length!==0&&(this.list.push(...t.map(s=>({...s}))),this.selected=-1,this.settle(),p(this.announcer,`${v(t.length,"box","boxes")} added`))}replaceWith(e){this.list=e.map(t=>({...t})),this.selected=-1,this.settle()}accept(){this.copyFrom(this.offered)}deleteSelected(){let e=this.list[this.selected];return e?(this.list.splice(this.selected,1),this.selected=-1,this.settle(),p(this.announcer,`${e.class_name} removed, ${v(this.list.length,"box","boxes")} left`),!0):!1}fit(){this.view.view.fit(),this.refresh()}key(e){if(this.gestures.key(e))return!0;if(e.ctrlKey||e.metaKey)return this.settle(),!1;let t=Es[e.code];if(t)return this.arrow(t,e);if(this.settle(),e.altKey)return!1;let s=e.composedPath().includes(this.stage);if(e.code==="Tab")return s&&this.step(e.shiftKey?-1:1);if(e.code==="Delete"||e.code==="Backspace")return this.deleteSelected();if(e.code==="Escape")return this.letGo();if(e.code==="Insert")this.make();else if(e.code==="Period"||e.code==="NumpadAdd")this.zoom(Ke);else if(e.code==="Comma"||e.code==="NumpadSubtract")this.zoom(1/Ke);else return!1;return!0}dispose(){this.settle(),removeEventListener("keyup",this.onKeyUp,!0),this.gestures.abort(),this.view.dispose()}get least(){return{width:1/Math.max(1,this.size.width),height:1/Math.max(1,this.size.height)}}get offered(){return this.suggestion.filter(e=>!this.list.some(t=>pe(t,e)))}scene(){return{layers:[...this.others,{look:"suggested",boxes:this.offered,colour:""},{look:"own",boxes:this.list,colour:""}],selected:this.selected,hovered:this.gestures.hovered,guide:this.gestures.guide}}zoom(e){this.view.view.zoom(e),this.refresh()}click(e){if(e.suggested!==void 0){let t=this.offered[e.suggested];t&&this.copyFrom([t]),this.select(this.list.length-1)}else this.select(e.place)}drag(e,t,s){let i=this.settled[e.place];if(e.kind==="draw"){let{length:r}=this.settled;this.list[r]={class_name:this.className,...De(t,s,this.least)},this.selected=r}else if(i){let r=s.x-t.x,o=s.y-t.y;this.list[e.place]=e.kind==="move"?{...i,...vt(i,r,o)}:{...i,...bt(i,e.grip,r,o,this.least)},this.selected=e.place}this.view.paint()}cancel(){this.list=this.settled.map(e=>({...e})),this.selected>=this.list.length&&(this.selected=-1),this.refresh()}make(){this.settle();let e=this.list.length%8*hr,t={x:(1-ze)/2+e,y:(1-ze)/2+e},s={x:t.x+ze,y:t.y+ze};this.list.push({class_name:this.className,...De(t,s,this.least)}),this.settle(),this.select(this.list.length-1),this.stage.focus({preventScroll:!0})}removeAndStay(){this.deleteSelected(),this.stage.focus({preventScroll:!0})}arrow([e,t],s){let{view:i}=this.view,r=this.list[this.selected];if(!r)return i.whole||s.altKey||s.shiftKey?!1:(i.pan(-e*Ls,-t*Ls),this.refresh(),!0);let o=s.shiftKey?lr:1,a=e*o*this.least.width,h=t*o*this.least.height,d=s.altKey?bt(r,"se",a,h,this.least):vt(r,a,h);return this.list[this.selected]={...r,...d},i.reveal(d),this.view.paint(),clearTimeout(this.timer),this.timer=setTimeout(()=>this.settle(),dr),!0}step(e){let s=(this.selected===-1&&e<0?this.list.length:this.selected)+e;return s<0||s>=this.list.length?(this.select(-1),!1):(this.select(s),!0)}letGo(){return this.gestures.abort()?!0:this.selected===-1?!1:(this.select(-1),!0)}select(e){this.settle(),this.selected=e in this.list?e:-1;let t=this.list[this.selected];t&&this.view.view.reveal(t),p(this.announcer,t?kt(this.list,this.selected):""),this.refresh()}settle(){clearTimeout(this.timer),this.timer=void 0,!this.gestures.busy&&($e(this.list,this.settled)||(this.settled=this.boxes,this.options.onChange(this.boxes)),this.refresh())}refresh(){let e=this.selected!==-1,t=this.offered.length;p(this.hint,ks(e)),p(this.zoomed,`${Math.round(this.view.view.scale/this.view.view.fitting*100)} %`),p(this.acceptButton,`Take ${v(t,"suggested box","suggested boxes")}`),this.acceptButton.hidden=t===0,this.removeButton.disabled=!e,this.makeButton.disabled=this.picture===null||this.options.classes().length===0,this.stage.setAttribute("aria-label",`Picture with ${v(this.list.length,"box","boxes")}. Insert makes one, Tab goes through them.`),this.gestures.busy||this.chips.update(this.list,this.selected,this.options.classes()),this.view.paint()}choose(e){this.select(e),this.stage.focus({preventScroll:!0})}};var cr=128,pr=12,ur=48,mr=1500,oe=class{constructor(e,t,s){this.samples=e;this.shape=t;this.changed=s;this.small=Math.max(t[0],t[1])<=cr}samples;shape;changed;found=new Map;asked=new Set;failed=new Map;small;wanted=[];timer;disposed=!1;get size(){return{width:this.shape[1],height:this.shape[0]}}get(e){return this.found.get(e)??null}error(e){return this.failed.get(e)??null}want(e){this.wanted=e;let t=e.filter(i=>!this.found.has(i)&&!this.asked.has(i)),s=this.small?pr:1;if(t.length>0&&(t[0]===e[0]||t.length>=s/2))for(let i=0;i<t.length;i+=s)this.load(t.slice(i,i+s));for(let[i,r]of this.found){if(this.found.size<=ur+e.length)break;e.includes(i)||(r.close(),this.found.delete(i))}}retry(){this.failed.clear(),this.want(this.wanted)}dispose(){this.disposed=!0,clearTimeout(this.timer);for(let e of this.found.values())e.close();this.found.clear()}async load(e){for(let t of e)this.asked.add(t);try{let t=await K("GET",X(this.samples,e)),s=await createImageBitmap(await t.blob()),i=Math.min(gt,e.length),r=s.width/i,o=s.height/Math.ceil(e.length/i),a=await Promise.all(e.map((h,d)=>e.length===1?s:createImageBitmap(s,d%i*r,Math.floor(d/i)*o,r,o)));e.length>1&&s.close(),e.forEach((h,d)=>{let c=a[d];if(c){if(this.disposed)return c.close();this.failed.delete(h),this.found.set(h,c)}})}catch(t){let s=b(t);for(let i of e)this.failed.set(i,s);s.passing&&!this.disposed&&(clearTimeout(this.timer),this.timer=setTimeout(()=>this.retry(),mr))}for(let t of e)this.asked.delete(t);this.disposed||this.changed(e)}};var gr=8,Y=48,fr=60,qe=class{constructor(e,t,s){this.desk=e;this.pictures=t;this.jump=s;this.panel=l("nav",{class:"recent-answers","aria-label":"Answered last"},this.list),this.panel.hidden=!0,this.list.classList.toggle("for-text",t===null)}desk;pictures;jump;panel;list=l("ol",{class:"lately"});timer;items=[];plan(e,t){this.items=e.slice(Math.max(0,t-gr),t).reverse(),this.timer===void 0&&(this.timer=setTimeout(()=>{this.timer=void 0,this.paint()},120))}dispose(){clearTimeout(this.timer)}paint(){for(this.panel.hidden=this.items.length===0;this.list.children.length>this.items.length;)this.list.lastElementChild?.remove();this.items.forEach((e,t)=>{let s=this.list.children[t]??this.make();(!s.isConnected||s.parentElement!==this.list)&&this.list.append(s),this.fill(s,e)})}make(){let e=l("button",{type:"button",class:"recent-item"});this.pictures?e.append(l("canvas",{width:Y,height:Y,"aria-hidden":!0})):e.append(l("span",{class:"recent-text","aria-hidden":!0})),e.append(l("span",{class:"recent-answer"}));let t=l("li",{},e);return e.addEventListener("click",()=>this.jump(Number(t.dataset.item))),t}fill(e,t){let s=this.desk.work.look(t),i=R(s)||"no answer",r=this.pictures?.get(t)??null,o=`${t} ${i} ${s.unsure} ${r!==null}`;if(e.dataset.state===o)return;e.dataset.state=o,e.dataset.item=String(t);let a=s.value.classes[0];e.style.setProperty("--colour",a?this.desk.colour(a):"var(--line)");let h=e.querySelector(".recent-answer");h&&p(h,i),e.firstElementChild?.setAttribute("aria-label",`Go back to sample ${t}: ${i}`);let d=e.querySelector(".recent-text");d&&p(d,(this.desk.work.item(t)?.text??"").slice(0,fr));let c=e.querySelector("canvas")?.getContext("2d");if(!c||(c.clearRect(0,0,Y,Y),!r))return;let m=Y/Math.max(r.width,r.height),[g,y]=[r.width*m,r.height*m];c.drawImage(r,(Y-g)/2,(Y-y)/2,g,y)}};function Lt(n,e){let t=0;for(let s=0;s<e;t+=1)s+=(n.codePointAt(s)??0)>65535?2:1;return t}function P(n,e){let t=0;for(let s=0;s<e&&t<n.length;s+=1)t+=(n.codePointAt(t)??0)>65535?2:1;return t}var Ve=class{constructor(e){this.text=e;for(let t of new Intl.Segmenter(void 0,{granularity:"word"}).segment(e))t.isWordLike&&(this.starts.push(t.index),this.ends.push(t.index+t.segment.length))}text;starts=[];ends=[];step(e,t){return t>0?this.ends.find(s=>s>e)??this.text.length:this.starts.findLast(s=>s<e)??0}letter(e,t){let{text:s}=this;if(t<0&&e<=0)return 0;if(t>0&&e>=s.length)return s.length;let i=Math.max(0,e-32),r=s.slice(i,e+32),a=new Intl.Segmenter(void 0,{granularity:"grapheme"}).segment(r).containing(t>0?e-i:e-i-1);return a?i+a.index+(t>0?a.segment.length:0):e+t}};function As(n,e,t){let s=n.slice(e,t),i=s.length-s.trimStart().length,r=s.trim().length;return r>0?[e+i,e+i+r]:null}var Ts=32,Ms=3,vr="Select with the mouse, or with Shift and the arrows (Alt: letter by letter), then press a class.",br="A class renames this mark, Delete removes it, Escape lets go of it.",wr="Press a class to mark this.",Ue=class{constructor(e){this.options=e;let t=l("div",{class:"reading-frame"},this.body,this.caretMark);this.root=l("div",{class:"textview"},t,this.list,this.hint),this.list.hidden=!0,this.hint.hidden=!e.spans,this.body.classList.toggle("markable",e.spans),e.spans&&(document.addEventListener("selectionchange",this.onSelection),this.body.addEventListener("click",s=>this.click(s)),this.body.addEventListener("blur",()=>this.paintCaret()),this.body.addEventListener("focus",()=>this.paintCaret()),this.refreshHint())}options;root;body=l("div",{class:"reading",tabindex:0,role:"document"});caretMark=l("span",{class:"caret","aria-hidden":!0,hidden:!0});list=l("ol",{class:"mark-chips","aria-label":"Marks"});hint=l("p",{class:"muted small text-hint"});text="";spans=[];suggestion=[];marks=[];words=null;anchor=0;caret=0;selected=-1;onSelection=()=>this.followPointer();dispose(){document.removeEventListener("selectionchange",this.onSelection)}load(e,t,s=[]){let i=e!==this.text;!i&&Rs(t,this.spans)&&Rs(s,this.suggestion)||(this.text=e,this.spans=t.map(r=>({...r})),this.suggestion=s,i&&(this.words=null,this.body.scrollTop=0,this.anchor=this.caret=0),this.selected=-1,this.render())}mark(e){if(!this.options.spans)return!1;let t=this.chosen();if(t){let[i,r]=t;this.anchor=this.caret=r,this.unselect();let o={start:Lt(this.text,i),end:Lt(this.text,r),class_name:e};return this.tell([...this.spans,o]),!0}return this.spans[this.selected]?(this.tell(this.spans.map((i,r)=>r===this.selected?{...i,class_name:e}:i)),!0):!1}remove(){let e=this.selected!==-1?this.selected:this.smallestAt(this.caret);return e===-1?!1:(this.tell(this.spans.filter((t,s)=>s!==e)),!0)}escape(){return this.selected===-1&&this.anchor===this.caret?!1:(this.anchor=this.caret,this.unselect(),this.select(-1),!0)}key(e){if(!this.options.spans||e.ctrlKey||e.metaKey)return!1;let{code:t,altKey:s,shiftKey:i}=e;this.words??=new Ve(this.text);let r;if(t==="ArrowLeft"||t==="ArrowRight"){let o=t==="ArrowLeft"?-1:1;r=s?this.words.letter(this.caret,o):this.words.step(this.caret,o)}else if(t==="ArrowUp"||t==="ArrowDown")r=this.line(t==="ArrowUp"?-1:1);else if(t==="Home")r=0;else if(t==="End")r=this.text.length;else return!1;return this.caret=r,i||(this.anchor=r),this.selected=-1,this.showSelection(),this.markSelected(),this.refreshHint(),!0}tell(e){this.selected=-1,this.spans=e,this.render(),this.options.onChange(e)}chosen(){if(this.anchor===this.caret)return null;let e=Math.min(this.anchor,this.caret),t=Math.max(this.anchor,this.caret);return As(this.text,e,t)}render(){this.marks=yr(this.text,this.spans,this.suggestion);let e=new Set([0,this.text.length]);for(let{start:i,end:r}of this.marks)e.add(i).add(r);let t=[...e].sort((i,r)=>i-r),s=[];t.slice(0,-1).forEach((i,r)=>{let o=t[r+1]??i,a=this.text.slice(i,o),h=this.marks.filter(({start:d,end:c})=>d<=i&&c>=o);s.push(h.length===0?document.createTextNode(a):this.piece(a,i,h));for(let d of h.filter(({end:c})=>c===o))s.push(this.tag(d))}),this.body.classList.toggle("muted",this.text===""),this.body.replaceChildren(...this.text===""?["(an empty text)"]:s),this.renderList(),this.markSelected(),this.refreshHint()}piece(e,t,s){let i=l("span",{class:"piece","data-from":t},e),r=s.map(({class_name:c})=>`linear-gradient(${this.colour(c)} 0 0)`),o=s.map(({lane:c})=>`0 calc(100% - ${c*4}px)`),a=s.map(({suggested:c})=>c?"100% 1px":"100% 3px");i.style.backgroundImage=r.join(", "),i.style.backgroundPosition=o.join(", "),i.style.backgroundSize=a.join(", "),i.style.paddingBottom=`${4+4*Math.max(...s.map(({lane:c})=>c))}px`;let d=s.filter(({suggested:c})=>!c).at(-1);return d&&i.style.setProperty("--colour",this.colour(d.class_name)),i.classList.toggle("suggested",!d),i.title=s.map(({class_name:c})=>c).join(", "),i}tag(e){let t=e.suggested?`${e.class_name}?`:e.class_name,s=l("span",{class:"tag","data-name":t,"aria-hidden":!0});return s.classList.toggle("suggested",e.suggested),s.style.setProperty("--colour",this.colour(e.class_name)),s}renderList(){this.options.spans&&(this.list.hidden=this.spans.length===0,this.list.replaceChildren(...this.spans.map((e,t)=>{let s=P(this.text,e.start),i=this.text.slice(s,P(this.text,e.end)).replace(/\s+/g," "),r=i.length>Ts?`${i.slice(0,Ts)}…`:i,o=u("",()=>this.choose(t),{class:"mark-chip","aria-pressed":"false"});o.style.setProperty("--colour",this.colour(e.class_name)),o.append(l("b",{},e.class_name),` ${r}`);let a=u("×",()=>this.removeAt(t),{class:"mark-remove","aria-label":`Remove ${e.class_name}: ${r}`});return l("li",{},o,a)})))}removeAt(e){this.selected=e,this.remove(),this.body.focus({preventScroll:!0})}choose(e){let t=this.spans[e];if(!t)return;this.anchor=this.caret=P(this.text,t.end),this.unselect(),this.body.focus({preventScroll:!0}),this.select(e),this.body.querySelector(`.piece[data-from="${P(this.text,t.start)}"]`)?.scrollIntoView({block:"nearest"})}select(e){this.selected=e,this.markSelected(),this.refreshHint()}markSelected(){let e=this.spans[this.selected],t=e?P(this.text,e.start):-1,s=e?P(this.text,e.end):-1;for(let i of this.body.querySelectorAll(".piece")){let r=Number(i.dataset.from);i.classList.toggle("chosen",r>=t&&r<s)}[...this.list.children].forEach((i,r)=>{i.firstElementChild?.setAttribute("aria-pressed",String(r===this.selected))}),this.paintCaret()}click(e){if(this.anchor!==this.caret)return;let t=e.target.closest(".piece");this.select(t?this.smallestAt(Number(t.dataset.from)):-1)}smallestAt(e){let t=-1,s=1/0;return this.spans.forEach((i,r)=>{let o=P(this.text,i.start),a=P(this.text,i.end);o<=e&&e<=a&&a-o<s&&(t=r,s=a-o)}),t}followPointer(){let e=this.body.getRootNode(),t=document.getSelection();if(!t||!(e instanceof ShadowRoot))return;let s=t,i=e,r;if(s.getComposedRanges)[r]=s.getComposedRanges({shadowRoots:[e]});else{let h=i.getSelection?.()??t;h.rangeCount>0&&(r=h.getRangeAt(0))}if(!r||!this.body.contains(r.startContainer)||!this.body.contains(r.endContainer))return;let o=this.unitOf(r.startContainer,r.startOffset),a=this.unitOf(r.endContainer,r.endOffset);o===Math.min(this.anchor,this.caret)&&a===Math.max(this.anchor,this.caret)||(this.anchor=o,this.caret=a,o!==a&&(this.selected=-1),this.markSelected(),this.refreshHint())}unitOf(e,t){let s=document.createRange();return s.setStart(this.body,0),s.setEnd(e,t),s.toString().length}nodeAt(e){let t=document.createTreeWalker(this.body,NodeFilter.SHOW_TEXT),s=0,i=this.body;for(let r=t.nextNode();r;r=t.nextNode()){let o=r.textContent?.length??0;if(e<=s+o)return[r,e-s];s+=o,i=r}return[i,i===this.body?0:i.textContent?.length??0]}rectAt(e){let t=document.createRange(),[s,i]=this.nodeAt(e);t.setStart(s,i);let r=t.getClientRects()[0];if(r)return r;let o=s.textContent?.length??0;return t.setEnd(s,Math.min(o,i+1)),t.getBoundingClientRect()}line(e){let t=this.rectAt(this.caret),s=e>0?this.text.length:0,i=null,r=1/0;for(let o=this.caret+e;o>=0&&o<=this.text.length;o+=e){let a=this.rectAt(o);if(!((a.top-t.top)*e<Ms)){if(i??=a.top,Math.abs(a.top-i)>Ms)break;Math.abs(a.left-t.left)<r&&(r=Math.abs(a.left-t.left),s=o)}}return s}showSelection(){let e=document.getSelection(),[t,s]=this.nodeAt(this.anchor),[i,r]=this.nodeAt(this.caret);e?.setBaseAndExtent(t,s,i,r);let{top:o,bottom:a}=this.rectAt(this.caret),h=this.body.getBoundingClientRect();o<h.top?this.body.scrollTop-=h.top-o+24:a>h.bottom&&(this.body.scrollTop+=a-h.bottom+24)}unselect(){let e=document.getSelection();e&&e.rangeCount>0&&e.removeAllRanges()}paintCaret(){let e=this.body.getRootNode(),t=e instanceof ShadowRoot&&e.activeElement===this.body;if(this.caretMark.hidden=!t||this.anchor!==this.caret||this.text==="",this.caretMark.hidden)return;let s=this.rectAt(this.caret),i=this.body.parentElement?.getBoundingClientRect();i&&(this.caretMark.style.transform=`translate(${s.left-i.left}px, ${s.top-i.top}px)`,this.caretMark.style.height=`${s.height}px`)}refreshHint(){if(!this.options.spans)return;let e=this.selected!==-1?br:this.chosen()?wr:vr;p(this.hint,e)}colour(e){return this.options.classes().find(t=>t.name===e)?.colour||"#888888"}};function Rs(n,e){return JSON.stringify(n)===JSON.stringify(e)}function yr(n,e,t){let s=[...e.map(i=>({...i,suggested:!1})),...t.map(i=>({...i,suggested:!0}))].map(i=>({...i,start:P(n,i.start),end:P(n,i.end),lane:0}));return s.sort((i,r)=>i.start-r.start||r.end-i.end),s.forEach((i,r)=>{let o=s.slice(0,r).filter(a=>a.end>i.start);for(;o.some(({lane:a})=>a===i.lane);)i.lane+=1}),s}var Cs=12,Is=50,xr=3600,kr=128,Ps={standing:"open",value:x,unsure:!1,comment:"",pending:!1},We=class{constructor(e){this.desk=e;let{view:t,work:s,data:i}=e,{config:r}=t.session,o=t.task==="text";this.pictures=o?null:new oe(t.samples_digest,t.shape,a=>this.arrived(a)),this.text=o?new Ue({classes:()=>e.view.classes,spans:r.spans,onChange:a=>this.edit({...this.answer.value,spans:a})}):null,this.boxes=r.answer==="boxes"?new ne({classes:()=>e.view.classes,onChange:a=>this.edit({...this.answer.value,boxes:a})}):null,this.arrows=!r.spans&&!this.boxes,this.recent=new qe(e,this.pictures,a=>this.reveal([a])),this.ending=new ee(e,()=>this.retry()),this.text?this.stage.append(this.text.root):this.boxes?this.stage.append(this.boxes.root):this.stage.append(this.canvas,this.waiting),this.stage.classList.toggle("for-text",this.text!==null),this.stage.classList.toggle("for-boxes",this.boxes!==null),(this.text||this.boxes)&&this.stage.removeAttribute("tabindex"),this.chip.append(this.chipText,this.chipKey),this.chip.addEventListener("click",()=>this.accept()),this.panel=l("div",{class:"one"},this.returned,this.place,this.stage,l("div",{class:"one-foot"},this.chip,this.standing),this.ending.panel),this.below=this.recent.panel,this.panel.style.setProperty("--stage-height",`${i.height}px`),this.supply=new te({session:i.session,annotator:i.annotator,count:Cs,batches:2,together:!1},s,()=>this.came()),this.observer=new ResizeObserver(()=>this.fitPicture()),this.observer.observe(this.stage),this.show(),this.supply.fill()}desk;panel;below;arrows;canvas=l("canvas",{class:"picture",role:"img"});waiting=l("p",{class:"muted picture-waiting"},"Loading the picture…");stage=l("div",{class:"stage",tabindex:0,role:"group"});standing=l("p",{class:"standing",hidden:!0});returned=l("p",{class:"returned",hidden:!0});chip=l("button",{type:"button",class:"chip",hidden:!0});chipText=l("span");chipKey=l("kbd",{class:"key","aria-hidden":!0});place=l("div",{class:"place"});ending;recent;supply;pictures;text;boxes;observer;trail=[];at=0;shown=null;shownAt=0;painted=-1;earlier=0;noEarlier=!1;asking=null;touched=new Set;get focus(){return this.text?.body??this.boxes?.stage??this.stage}get doing(){let e=this.shown!==null,{answer:t}=this;return{back:this.at>0||!this.noEarlier,forward:this.at<this.trail.length,skip:e,unsure:e,unsureOn:t.unsure,commented:t.comment!=="",clear:e&&(t.standing!=="open"||t.pending),copy_previous:e&&!this.desk.instant&&this.at>0,fit:this.boxes!==null&&e,submit:this.submitting()}}key(e){return this.shown===null?!1:this.boxes?.key(e)??this.text?.key(e)??!1}choose(e){if(this.shown===null||this.text?.mark(e))return;if(this.boxes){this.boxes.setClass(e),this.desk.bar.mark([e]);return}if(!this.ready)return this.desk.say("The picture is still on its way.");let{classes:t}=this.answer.value;if(this.desk.instant)return this.give({...x,classes:[e]},!1);if(this.desk.view.session.config.answer==="single")this.edit({...this.answer.value,classes:[e]});else{let s=t.filter(r=>r!==e),i=s.length===t.length;this.edit({...this.answer.value,classes:i?[...s,e]:s})}this.desk.say(R(this.answer)||"nothing chosen")}act(e){if(e==="back")return void this.back();if(e==="forward")return this.forward();if(this.shown===null)return;let{answer:t}=this;e==="submit"||e==="accept"?this.submit():e==="skip"?this.skip():e==="unsure"?this.flag({...t,unsure:!t.unsure}):e==="clear"?this.clear():e==="copy_previous"?this.copy():e==="fit"&&this.boxes?.fit()}remove(){this.text?.remove()}escape(){this.text?.escape()}all(){}targets(){return this.shown===null?[]:[this.shown]}reveal(e){let[t]=e;if(t===void 0)return;let s=this.trail.indexOf(t);s===-1?this.trail.splice(Math.min(this.at,this.trail.length),0,t):this.at=s,this.show()}refresh(){this.shown===null?this.show():this.paint()}retry(){this.pictures?.retry(),this.supply.fill(!0)}dispose(){this.asking?.abort(),this.observer.disconnect(),this.supply.dispose(),this.text?.dispose(),this.boxes?.dispose(),this.pictures?.dispose(),this.recent.dispose()}get answer(){return this.shown===null?Ps:this.desk.work.look(this.shown)}get suggestion(){return this.shown===null?null:this.desk.work.item(this.shown)?.suggestion??null}get ready(){return this.shown!==null&&(!this.pictures||this.pictures.get(this.shown)!==null)}get accepting(){let{answer:e}=this;return this.shown===null||!this.suggestion||this.touched.has(this.shown)?!1:e.standing==="open"&&z(e.value)}submitting(){if(this.shown===null)return null;if(this.accepting)return"Accept";let{answer:e}=this;return e.standing==="done"&&!e.pending?"Go on":this.desk.view.session.config.answer==="single"&&e.value.classes.length!==1?null:z(e.value)?"Nothing in it":"Submit"}submit(){let{answer:e}=this;if(!this.ready)return this.desk.say("The picture is still on its way.");if(this.accepting)return this.accept();if(e.standing==="done"&&!e.pending)return this.advance();if(this.desk.view.session.config.answer==="single"&&e.value.classes.length!==1)return this.desk.say("Choose a class first.");this.give(e.value,!1)}accept(){this.suggestion&&this.ready&&this.give(this.suggestion.value,!0)}give(e,t){if(this.shown===null)return;let{unsure:s,comment:i}=this.answer,r={standing:"done",value:e,unsure:s,comment:i,pending:!1};this.desk.work.change([{item:this.shown,after:r,accepted:t,seconds:this.seconds}]),this.desk.say(R(r)),this.advance()}skip(){if(this.shown===null)return;let{unsure:e,comment:t}=this.answer,s={standing:"skipped",value:x,unsure:e,comment:t,pending:!1};this.desk.work.change([{item:this.shown,after:s,seconds:this.seconds}]),this.desk.say("Skipped"),this.advance()}get seconds(){let e=(performance.now()-this.shownAt)/1e3;return Math.round(Math.min(xr,e)*100)/100}edit(e){this.shown!==null&&(this.touched.add(this.shown),this.desk.work.change([{item:this.shown,after:{...this.answer,value:e,pending:!0}}]),this.paint())}flag(e){if(this.shown===null)return;let t=e.standing!=="open"&&!e.pending,s=!e.unsure&&e.comment===""&&z(e.value);this.desk.work.change([{item:this.shown,after:{...e,pending:!t&&!s}}]),this.desk.say(e.unsure?"Not sure":"Sure"),this.paint()}clear(){this.shown!==null&&(this.touched.delete(this.shown),this.desk.work.change([{item:this.shown,after:Ps}]),this.desk.say("No answer"),this.paint())}copy(){let e=this.trail[this.at-1];if(e===void 0||this.shown===null)return;let{value:t}=this.desk.work.look(e);this.boxes?this.boxes.copyFrom(t.boxes):t.classes.length>0&&this.edit({...this.answer.value,classes:t.classes})}advance(){let{work:e}=this.desk,t=this.at+1;for(;t<this.trail.length&&e.look(this.trail[t]??-1).standing!=="open";)t+=1;this.at=t,this.show()}forward(){this.at>=this.trail.length||(this.at+=1,this.show())}async back(){this.at===0&&await this.fetchEarlier(),this.at!==0&&(this.at-=1,this.show())}async fetchEarlier(){if(this.noEarlier||this.asking)return;let{work:e,data:t}=this.desk;this.asking=new AbortController;let{signal:s}=this.asking;try{for(let i=0;i===0&&!this.noEarlier;){let{items:r}=await qt(t.session,t.annotator,this.earlier,Is,s);this.earlier+=r.length,this.noEarlier=r.length<Is;let o=new Set(this.trail),a=r.filter(({item:h})=>!o.has(h));e.take(a),this.trail.unshift(...a.map(({item:h})=>h).reverse()),this.at+=a.length,i=a.length}f(this.place,null)}catch(i){if(S(i))return;f(this.place,b(i),{label:"Try again",run:()=>{this.back()}})}finally{this.asking=null}this.desk.refresh()}came(){this.shown===null?this.show():this.prefetch(),this.desk.refresh()}show(){let e=this.trail[this.at]??null;e===null&&(e=this.supply.next(),e!==null&&(this.at=this.trail.push(e)-1)),e!==this.shown&&(this.shownAt=performance.now()),this.shown=e;let t=e!==null;this.stage.hidden=!t,this.ending.show(t?null:this.supply.state,this.supply.error,this.trail.length>0),t?this.paint():(this.chip.hidden=this.standing.hidden=this.returned.hidden=!0,this.desk.bar.mark([]),this.desk.refresh()),this.prefetch(),this.recent.plan(this.trail,this.at)}prefetch(){if(!this.pictures)return;let e=this.trail.slice(this.at,this.at+3),t=this.trail.slice(Math.max(0,this.at-8),this.at).reverse();this.pictures.want([...e,...this.supply.ahead.slice(0,Cs),...t])}arrived(e){this.shown!==null&&e.includes(this.shown)&&this.paint(),this.recent.plan(this.trail,this.at)}paint(){let{shown:e,answer:t,suggestion:s}=this;if(e===null)return;let{work:i,bar:r,view:o}=this.desk,a=i.item(e),h=this.accepting?s:null,{value:d}=t;if(this.text)this.text.load(a?.text??"",d.spans,h?.value.spans??[]);else if(this.boxes&&this.pictures){let g=this.pictures.get(e),y=t.standing==="open"?s:null;this.boxes.load(g,this.pictures.size,d.boxes,y?.value.boxes??[])}else this.paintPicture(e);r.mark(this.boxes?[this.boxes.className]:d.classes,h?.value.classes??[]);let c=h?R({...t,standing:"done",value:h.value}):"";if(this.chip.hidden=h===null,h){p(this.chipText,`${c} ${cs(h.score)}`),p(this.chipKey,this.desk.keys.printed("accept")),this.chip.title=`Suggested by ${h.source}. Accept it with one key.`;let g=h.value.classes[0]??h.value.boxes[0]?.class_name;this.chip.style.setProperty("--colour",g?this.desk.colour(g):"var(--accent)")}if(this.paintStanding(t),this.returned.hidden=a?.standing!=="returned",!this.returned.hidden){let g=a?.returned?`: ${a.returned}`:".";p(this.returned,`A reviewer sent this back${g}`)}let m=a?.name?`, ${a.name}`:"";this.stage.setAttribute("aria-label",`Sample ${e}${m}`),o.task==="images"&&this.canvas.setAttribute("aria-label",`Picture ${e}${m}`),this.desk.refresh()}paintStanding(e){let t=[];e.standing!=="open"?t.push(e.pending?"Changed, not submitted":`Your answer: ${R(e)}`):e.pending&&!z(e.value)&&t.push("Not submitted yet"),e.unsure&&t.push("not sure"),e.comment!==""&&t.push(`“${e.comment}”`),this.standing.hidden=t.length===0,this.standing.dataset.standing=e.pending?"pending":e.standing,p(this.standing,t.join(" · "))}paintPicture(e){let t=this.pictures?.get(e)??null;if(this.canvas.hidden=t===null,this.waiting.hidden=t!==null,!t){let r=this.pictures?.error(e);p(this.waiting,r?`${r.what} ${r.fix}`:"Loading the picture…"),this.painted=-1;return}if(this.painted===e)return;let s=this.canvas.width!==t.width||this.canvas.height!==t.height;s&&(this.canvas.width=t.width,this.canvas.height=t.height);let i=this.canvas.getContext("2d");i?.clearRect(0,0,t.width,t.height),i?.drawImage(t,0,0),(s||this.painted===-1)&&this.fitPicture(),this.shown===e&&this.painted!==e&&(this.shownAt=performance.now()),this.painted=e}fitPicture(){if(this.text||this.boxes)return;let{width:e,height:t}=this.canvas,s=Math.max(1,this.stage.clientWidth),i=Math.max(1,this.stage.clientHeight),r=Math.max(e,t)<=kr,o=Math.min(s/e,i/t);r&&o>1&&(o=Math.floor(o)),this.canvas.style.width=`${e*o}px`,this.canvas.style.height=`${t*o}px`,this.canvas.classList.toggle("crisp",r&&o>1)}};var At=900,Sr=500,Os=8e3,Er=200,Ge=class{constructor(e,t,s){this.session=e;this.annotator=t;this.changed=s;this.prefix=`studio.draft:${e}:${t}:`,this.adopt(),addEventListener("pagehide",this.onHide),addEventListener("online",this.onOnline),this.due.size>0&&this.plan(0)}session;annotator;changed;offline=!1;kept=new Map;due=new Map;leaving=new Set;prefix;last=0;failures=0;timer;onHide=()=>{this.send(!0)};onOnline=()=>this.plan(0);get waiting(){return this.due.size+this.leaving.size}newest(e){let t=this.kept.get(e.item);if(this.last=Math.max(this.last,e.draft_seq),t&&t.value!==null&&t.seq>e.draft_seq&&(!t.sent||e.draft))return t;if(t&&e.draft_seq>=t.seq?this.forget(e.item):t?.sent&&this.forget(e.item),!e.draft)return null;let{value:s,unsure:i,comment:r}=e;return{item:e.item,seq:e.draft_seq,value:s??x,unsure:i,comment:r}}keep(e,t,s,i){this.last=Math.max(Date.now(),this.last+1);let r={item:e,seq:this.last,value:t,unsure:s,comment:i};this.write({...r,sent:!1}),this.due.set(e,r),this.plan(this.failures>0?Os:At)}drop(e,t){let s=t||this.leaving.has(e)||this.kept.get(e)?.sent===!0;if(this.due.delete(e),this.forget(e),!s)return;this.last=Math.max(Date.now(),this.last+1);let i={item:e,seq:this.last,value:null,unsure:!1,comment:""};this.write({...i,sent:!1}),this.due.set(e,i),this.plan(At)}dispose(){clearTimeout(this.timer),this.timer=void 0,removeEventListener("pagehide",this.onHide),removeEventListener("online",this.onOnline),this.send(!0)}plan(e){this.timer!==void 0&&e>0||(clearTimeout(this.timer),this.timer=setTimeout(()=>{this.timer=void 0,this.send(!1)},e))}async send(e){if(this.leaving.size>0||this.due.size===0)return;let t=[...this.due.values()].slice(0,Er);for(let{item:s}of t)this.due.delete(s),this.leaving.add(s);try{await de(this.session,this.annotator,t,{keepalive:e}),this.settle(t),this.failures=0,this.offline=!1}catch(s){let i=b(s);if(this.leaving.clear(),i.passing){for(let r of t)this.due.has(r.item)||this.due.set(r.item,r);this.failures+=1,this.offline=!0}else t.length>1&&await this.oneByOne(t)}if(this.changed(),this.due.size>0){let s=Math.min(Os,Sr*2**Math.max(0,this.failures-1));this.plan(this.failures>0?s:At)}}async oneByOne(e){for(let t of e)try{await de(this.session,this.annotator,[t]),this.settle([t])}catch(s){b(s).passing&&!this.due.has(t.item)&&this.due.set(t.item,t)}}settle(e){for(let t of e){this.leaving.delete(t.item);let s=this.kept.get(t.item);s?.seq===t.seq&&(t.value===null?this.forget(t.item):this.write({...s,sent:!0}))}}write(e){this.kept.set(e.item,e);try{localStorage.setItem(this.prefix+e.item,JSON.stringify(e))}catch{}}forget(e){if(this.kept.delete(e))try{localStorage.removeItem(this.prefix+e)}catch{}}adopt(){try{for(let e of Object.keys(localStorage)){if(!e.startsWith(this.prefix))continue;let t=JSON.parse(localStorage.getItem(e)??"null");if(!t)continue;this.kept.set(t.item,t),this.last=Math.max(this.last,t.seq);let{sent:s,...i}=t;s||this.due.set(t.item,i)}}catch{}}};var je=class{times=[];readings=[];gave(e){let t=performance.now();for(let s=0;s<e;s+=1)this.times.push(t)}note(e){let t=performance.now();this.readings=this.readings.filter(s=>t-s.at<3e5),e<(this.readings.at(-1)?.answers??0)&&(this.readings=[]),this.readings.push({at:t,answers:e})}get perMinute(){let e=performance.now(),t=this.times.findIndex(i=>e-i<6e4);if(t===-1)return this.times=[],0;t>0&&this.times.splice(0,t);let s=e-(this.times[0]??e);return s<1e4?0:Math.round(this.times.length/s*6e4)}secondsFor(e){let t=performance.now(),s=this.readings[0],i=this.readings.at(-1),r=this.perMinute/60;return s&&i&&t-s.at>=3e4&&i.answers>s.answers&&(r=Math.max(r,(i.answers-s.answers)/(t-s.at)*1e3)),r>0&&e>0?e/r:null}};var Lr=500,Ar=90,me={standing:"open",value:x,unsure:!1,comment:"",pending:!1};function Tr(n,e){return n.standing===e.standing&&n.unsure===e.unsure&&n.comment===e.comment&&Nt(n.value,e.value)}var Fe=class{constructor(e,t,s,i){this.session=e;this.news=i;this.progressThen=s,this.revision=e.revision;let r=e.config.name;this.drafts=new Ge(r,t,()=>i.changed()),this.outbox=q.open(`session:${r}:${t}`,{batch:Lr,gatherMs:Ar,send:async(a,h)=>{let d=a.map(({mine:m,...g})=>g),c=await zt(r,t,d,{keepalive:h});return{acknowledged:c.acknowledged,reply:c}}});let o=this.outbox.reply;this.stopListening=this.outbox.listen(()=>{let{reply:a}=this.outbox;a&&a!==o&&(o=a,this.learn(a.progress,a.revision)),i.changed()}),this.pace.note(s.answers)}session;news;drafts;pace=new je;outbox;stopListening;items=new Map;answers=new Map;given=new Map;open=new Set;done=[];undone=[];progressThen;revision;get state(){let{state:e}=this.outbox;return this.drafts.offline&&(e==="saved"||e==="idle")?"offline":e}get error(){return this.outbox.error}get waiting(){return this.outbox.waiting.length+(this.drafts.offline?this.drafts.waiting:0)}get canUndo(){return this.done.length>0}get canRedo(){return this.undone.length>0}get progress(){let e=this.outbox.waiting.reduce((i,r)=>i+r.mine,0),t=this.progressThen,s=this.session.config.overlap===1?e:0;return{...t,mine:Math.max(0,t.mine+e),done:Math.min(t.total,Math.max(0,t.done+s))}}learn(e,t){this.progressThen=e,this.pace.note(e.answers),t>this.revision&&this.news.revised(t)}get held(){return[...new Set([...this.open,...this.outbox.waiting.map(e=>e.item)])]}take(e,t=!1){let s=new Map(this.outbox.waiting.map(i=>[i.item,i]));for(let i of e){this.items.set(i.item,i);let r=this.answers.get(i.item);if(r&&!(t&&r.standing!=="open"&&!s.has(i.item)))continue;let o=s.get(i.item),a=o?Rr(o):Mr(i);this.given.set(i.item,a);let h=o?null:this.drafts.newest(i),d=h?{...a,...Tt(h),pending:!0}:a;this.set(i.item,d)}}forget(e){for(let t of e)this.open.delete(t),this.answers.delete(t),this.given.delete(t),this.items.delete(t)}item(e){return this.items.get(e)}look(e){return this.answers.get(e)??me}change(e){let t=e.map(({item:s,after:i,accepted:r=!1,seconds:o=null})=>{let a=this.look(s);return{item:s,before:a,after:{...i,value:he(i.value)},accepted:r,seconds:o}});t.length!==0&&(this.done.push(t),this.undone=[],this.apply(t))}remark(e,t){let s=this.look(e);this.set(e,{...s,comment:t,pending:!0}),this.drafts.keep(e,s.value,s.unsure,t)}undo(){let e=this.done.pop();return e?(this.undone.push(e),this.apply(e.map(t=>({...t,before:t.after,after:t.before,accepted:!1}))),e.map(t=>t.item)):[]}redo(){let e=this.undone.pop();return e?(this.done.push(e),this.apply(e),e.map(t=>t.item)):[]}follow(e){let t=Cr(e,this.revision);if(this.session=e,this.revision=e.revision,t.size===0)return;let s=i=>({...i,value:Ds(i.value,t)});for(let i of[this.answers,this.given])for(let[r,o]of i)i.set(r,s(o));for(let i of this.items.values())i.suggestion&&(i.suggestion={...i.suggestion,value:Ds(i.suggestion.value,t)});for(let i of[...this.done,...this.undone])for(let r of i)r.before=s(r.before),r.after=s(r.after)}retry(){this.outbox.retry()}discard(){let e=this.outbox.discard().map(t=>t.item);for(let t of e)this.given.set(t,me),this.set(t,me);return this.done=[],this.undone=[],e}dispose(){this.stopListening(),this.drafts.dispose()}apply(e){let t=[];for(let{item:s,after:i,accepted:r,seconds:o}of e){let a=this.given.get(s)??me;this.set(s,i);let h=this.opFor(s,a,i,r,o);h&&t.push(h),i.pending?this.drafts.keep(s,i.value,i.unsure,i.comment):this.drafts.drop(s,this.items.get(s)?.draft??!1)}this.outbox.add(...t),this.pace.gave(t.filter(s=>s.act!=="take_back").length),this.news.changed()}opFor(e,t,s,i,r){if(s.pending&&s.standing===t.standing||!s.pending&&Tr(t,s)&&s.standing==="open")return null;let o=s.standing==="done"?"answer":s.standing==="skipped"?"skip":"take_back";return this.given.set(e,s.standing==="open"?me:s),{op_id:G(),item:e,act:o,value:o==="answer"?s.value:null,revision:this.revision,unsure:o==="take_back"?!1:s.unsure,comment:o==="take_back"?"":s.comment,seconds:o==="take_back"?null:r,accepted:o==="answer"&&i,mine:(s.standing==="done"?1:0)-(t.standing==="done"?1:0)}}set(e,t){this.answers.set(e,t),t.standing==="open"?this.open.add(e):this.open.delete(e)}};function Tt({value:n,unsure:e,comment:t}){return{value:n??x,unsure:e,comment:t}}function Mr(n){let e=n.standing==="done"||n.standing==="late"?"done":n.standing==="skipped"?"skipped":"open",t=n.standing==="returned"||e!=="open";return{standing:e,...Tt({...n,value:t?n.value:null}),pending:!1}}function Rr(n){return{standing:n.act==="answer"?"done":n.act==="skip"?"skipped":"open",...Tt(n),pending:!1}}function Cr(n,e){let t=new Map;for(let s of n.changes){if(s.revision<=e)continue;let i=new Map(Object.entries(s.names));t=new Map([...t].map(([r,o])=>[r,i.get(o)??o]));for(let[r,o]of i)t.has(r)||t.set(r,o)}return t}function Ds(n,e){let t=s=>e.get(s)??s;return he({classes:n.classes.map(t),spans:n.spans.map(s=>({...s,class_name:t(s.class_name)})),boxes:n.boxes.map(s=>({...s,class_name:t(s.class_name)}))})}var Ir=8e3,_s=24e4,Ye=class{constructor(e,t,s){this.root=e;this.args=t;this.view=s;let{annotator:i,mode:r}=t.data;this.keys=new D(s.classes,s.keys),this.work=new Fe(s.session,i,s.progress,{changed:()=>this.refresh(),revised:()=>{this.revise()}}),this.bar=new xe(this.keys,h=>this.command({kind:"class",name:h}),()=>this.surface?.focus.focus({preventScroll:!0})),this.bar.update(s.classes),this.header=new Ie(this.work,{undo:()=>this.command({kind:"undo"}),redo:()=>this.command({kind:"redo"}),help:()=>this.guide.show(0)}),this.comment=new ke(this.work,()=>{this.surface?.refresh(),this.surface?.focus.focus({preventScroll:!0}),this.refresh()});let o=r==="grid"&&s.session.config.answer!=="boxes";e.classList.toggle("as-grid",o),e.classList.toggle("as-one",!o),this.guide=new Ce(e,()=>this.view,i,this.keys,{remapped:()=>this.showKeys(),closed:()=>this.surface?.focus.focus({preventScroll:!0})});let a=this.shut();if(e.append(this.header.panel,this.savePlace),a)e.append(l("div",{class:"empty"},l("strong",{},a[0]),l("span",{},a[1])));else{let h=o?new Re(this):new We(this);this.surface=h;let d=l("div",{class:"work-side"},this.bar.panel),c=l("div",{class:"work-main"},h.panel,this.comment.panel,this.makeTools());h.below&&c.append(h.below),e.append(l("div",{class:"work"},c,d),this.announcer)}e.addEventListener("keydown",this.onKey),e.addEventListener("pointerdown",()=>{this.touched=performance.now()}),addEventListener("keydown",this.onStrayKey,!0),this.alive=setInterval(()=>this.keepAlive(),_s),Z(()=>this.showKeys()),this.refreshNow(),this.surface&&(this.guide.greet(),!this.guide.open&&document.activeElement===document.body&&this.surface.focus.focus({preventScroll:!0}))}root;args;view;keys;work;bar;header;guide;comment;surface=null;tools=new Map;announcer=l("span",{class:"visually-hidden","aria-live":"polite"});savePlace=l("div",{class:"place"});asked=new AbortController;alive;refreshing=!1;reported="";touched=performance.now();reportTimer;onKey=e=>this.key(e);onStrayKey=e=>this.strayKey(e);get data(){return this.args.data}get instant(){let{answer:e,spans:t}=this.view.session.config;return e==="single"&&!t}update(e){this.args=e,this.root.style.setProperty("--stage-height",`${e.data.height}px`),this.refresh()}dispose(){this.asked.abort(),clearInterval(this.alive),clearTimeout(this.reportTimer),removeEventListener("keydown",this.onStrayKey,!0),this.root.removeEventListener("keydown",this.onKey),this.root.classList.remove("as-grid","as-one"),this.comment.close(),this.surface?.dispose(),this.guide.dispose(),this.header.dispose(),this.work.dispose()}say(e){p(this.announcer,e)}colour(e){return this.view.classes.find(t=>t.name===e)?.colour||"#888888"}refresh(){this.refreshing||(this.refreshing=!0,queueMicrotask(()=>{this.refreshing=!1,this.asked.signal.aborted||this.refreshNow()}))}refreshNow(){this.header.refresh();let{state:e,error:t,waiting:s}=this.work;(e==="refused"||this.savePlace.firstElementChild)&&f(this.savePlace,e==="refused"?t:null,{label:"Try again",run:()=>this.work.retry()},{label:`Discard ${v(s,"answer")}`,run:()=>this.discard()}),this.surface&&this.refreshTools(this.surface.doing),this.planReport()}shut(){let{session:e,member:t}=this.view;if(e.closed!==null)return["This session is closed","Whoever made it can reopen it on the Label page."];if(t)return null;let s=e.config.people.join(", ");return[`"${this.data.annotator}" is not among the people of this session`,`They are: ${s}. Check the name in the sidebar.`]}makeTools(){let e=[["back","Back"],["forward","Forward"],["clear","Clear"],["copy_previous","Copy previous"],["fit","Look closer"],["unsure","Not sure"],["comment","Comment"],["skip","Skip"],["submit","Submit"]],t=[l("div",{class:"group"}),l("div",{class:"group"})];for(let[s,i]of e){let r=u("",o=>{this.command({kind:"action",action:s}),o.detail>0&&!this.comment.open&&this.surface?.focus.focus({preventScroll:!0})},{class:s==="submit"?"button primary submit":"button"});r.append(l("span",{class:"tool-title"},i),l("kbd",{class:s==="submit"?"key on-accent":"key","aria-hidden":!0})),this.tools.set(s,r),t[["back","forward","clear","copy_previous","fit"].includes(s)?0:1]?.append(r)}return this.showKeys(),l("div",{class:"tools",role:"toolbar","aria-label":"Sample"},...t)}showKeys(){this.bar.paintKeys();for(let[e,t]of this.tools){let s=t.querySelector("kbd"),r=this.keys.code(e).startsWith("Arrow")&&this.surface?.arrows===!1,o=this.keys.printed(e);s&&p(s,r?`Ctrl ${o}`:o),s&&(s.hidden=o==="")}}refreshTools(e){for(let[s,i]of this.tools){let r=s==="copy_previous"&&(this.instant||this.root.classList.contains("as-grid"))||s==="fit"&&!this.root.classList.contains("as-grid");i.hidden!==r&&(i.hidden=r);let o=s==="submit"?e.submit!==null:s==="comment"?e.unsure:this.can(e,s);i.disabled===o&&(i.disabled=!o)}this.press("unsure",e.unsureOn),this.press("comment",e.commented);let t=this.tools.get("submit")?.firstElementChild;t&&p(t,e.submit??"Submit")}can(e,t){return t in e?!!e[t]:!0}press(e,t){let s=this.tools.get(e);s?.getAttribute("aria-pressed")!==String(t)&&s?.setAttribute("aria-pressed",String(t))}key(e){if(this.touched=performance.now(),e.defaultPrevented||this.guide.open||!this.surface)return;let t=e.composedPath()[0];if(t instanceof HTMLInputElement||t instanceof HTMLTextAreaElement)return;let s=t instanceof HTMLButtonElement||t instanceof HTMLAnchorElement,i=!e.ctrlKey&&!e.metaKey&&!e.altKey;s&&i&&(e.code==="Enter"||e.code==="Space")||this.handle(e)&&e.preventDefault()}strayKey(e){document.activeElement&&document.activeElement!==document.body||e.defaultPrevented||this.guide.open||!this.surface||!this.root.isConnected||!this.handle(e)||(e.preventDefault(),e.stopImmediatePropagation())}handle(e){let{surface:t}=this;if(!t)return!1;if(t.key(e))return!0;let s=this.keys.command(e,t.arrows);if(!s)return!1;let i=s.kind==="action"?s.action==="back"||s.action==="forward":s.kind==="undo"||s.kind==="redo";return(!e.repeat||i)&&this.command(s),!0}command(e){let{surface:t}=this;t&&(e.kind==="class"?t.choose(e.name):e.kind==="help"?this.guide.show(this.guide.open?0:1):e.kind==="undo"?this.walk("Undone",this.work.undo()):e.kind==="redo"?this.walk("Done again",this.work.redo()):e.kind==="escape"?t.escape():e.kind==="remove"?t.remove():e.kind==="all"?t.all():e.action==="comment"?this.comment.show(t.targets()):t.act(e.action))}walk(e,t){t.length!==0&&(this.surface?.reveal(t),this.say(`${e}: ${v(t.length,"sample")}`),this.refresh())}discard(){let e=this.work.discard();this.surface?.reveal(e),this.refresh()}async revise(){let{session:e,annotator:t}=this.data;try{this.view=await Q(e,t,this.asked.signal)}catch(s){return S(s),void 0}this.work.follow(this.view.session),this.keys.update(this.view.classes,this.view.keys),this.bar.update(this.view.classes),this.surface?.refresh(),this.say("The classes have changed.")}keepAlive(){if(document.hidden||performance.now()-this.touched>_s*2)return;let{session:e,annotator:t}=this.data;de(e,t,[]).catch(()=>{})}planReport(){let{state:e,progress:t}=this.work,s=JSON.stringify(t);if(this.reported===""&&(this.reported=s),clearTimeout(this.reportTimer),s===this.reported||e!=="saved")return;let i=t.total>0&&t.done>=t.total;this.reportTimer=setTimeout(()=>{this.reported=s,this.args.setStateValue("progress",t)},i?0:Ir)}};function Pr(n,e){let t=Math.min(n.left+n.width,e.left+e.width),s=Math.min(n.top+n.height,e.top+e.height),i=t-Math.max(n.left,e.left),r=s-Math.max(n.top,e.top);if(i<=0||r<=0)return 0;let o=i*r;return o/(n.width*n.height+e.width*e.height-o)}function Qe(n,e){let t=({classes:i,spans:r})=>JSON.stringify([i,r.map(o=>[o.start,o.end,o.class_name])]);if(t(n)!==t(e)||n.boxes.length!==e.boxes.length)return!1;let s=[...e.boxes];for(let i of n.boxes){let r=s.filter(o=>o.class_name===i.class_name).map(o=>({candidate:o,share:Pr(i,o)})).sort((o,a)=>a.share-o.share)[0];if(!r||r.share<.5)return!1;s.splice(s.indexOf(r.candidate),1)}return!0}function C(n){return n.answers.filter(e=>e.act==="answer"&&e.value!==null)}function $s(n){let e=C(n),t=e.map(({value:o})=>e.filter(a=>Qe(a.value,o)).length),s=Math.max(0,...t),i=e[t.indexOf(s)];return i?e.filter((o,a)=>t[a]===s&&!Qe(o.value,i.value)).length>0?null:{value:i.value,votes:s,of:e.length}:null}var Or=100,Dr=400,Xe=class{constructor(e,t,s,i){this.revision=s;this.outbox=q.open(`reviews:${e}:${t}`,{batch:Or,gatherMs:Dr,send:async(r,o)=>{let a=await Gt(e,t,r,{keepalive:o});return{acknowledged:a.acknowledged,reply:a}}}),this.seen=this.outbox.reply,this.stopListening=this.outbox.listen(()=>{let{reply:r}=this.outbox,o=r!==this.seen?r:null;this.seen=r,i(o)})}revision;outbox;stopListening;steps=[];seen;get state(){return this.outbox.state}get error(){return this.outbox.error}get waiting(){return this.outbox.waiting.length}get canUndo(){return this.steps.length>0}accept(e,t,s){this.add({item:e,decision:"accept",value:t,annotator:"",comment:""},s)}sendBack(e,t,s,i){this.add({item:e,decision:"return",value:null,annotator:t,comment:s},i)}reopen(e,t){this.add({item:e,decision:"reopen",value:null,annotator:"",comment:""},t)}undo(){let e=this.steps.pop();if(!e)return null;let{op:t,before:s}=e;if(!this.outbox.drop(t.op_id)){let i={item:t.item,annotator:"",comment:""};s?this.send({...i,decision:"accept",value:s}):this.send({...i,decision:"reopen",value:null})}return{item:t.item,before:s}}retry(){this.outbox.retry()}discard(){this.outbox.discard(),this.steps.length=0}dispose(){this.stopListening()}add(e,t){this.steps.push({op:this.send(e),before:t})}send(e){let t={...e,op_id:G(),revision:this.revision()};return this.outbox.add(t),t}};var Hs=`.review {
  display: grid;
  gap: 0.8rem;
  min-width: 0;
}
.review > * {
  min-width: 0;
}
.review > div:empty {
  display: none;
}
.review-top {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.3rem 1rem;
  border-bottom: 1px solid var(--line);
}
.review-tabs {
  display: flex;
  min-width: 0;
  overflow-x: auto;
  scrollbar-width: none;
}
.review-tab {
  display: inline-flex;
  align-items: center;
  gap: 0.45rem;
  min-height: 2.6rem;
  padding: 0 0.8rem;
  border: 0;
  border-bottom: 2px solid transparent;
  background: none;
  color: var(--muted);
  font: inherit;
  white-space: nowrap;
  cursor: pointer;
  touch-action: manipulation;
}
.review-tab:focus-visible {
  outline-offset: -2px !important;
}
.review-tab[aria-selected="true"] {
  border-color: var(--accent);
  color: var(--ink);
  font-weight: 600;
}
.review-count {
  min-width: 1.5rem;
  padding: 0 0.4rem;
  border-radius: 1rem;
  background: color-mix(in srgb, var(--ink) 9%, transparent);
  font-size: 0.8rem;
  font-weight: 400;
  text-align: center;
}
.review-count:empty {
  visibility: hidden;
}
.review-main {
  display: grid;
  gap: 1rem;
  align-items: start;
}
.review-main:focus-visible {
  outline: none !important;
}
.review-left,
.review-right {
  display: grid;
  gap: 0.7rem;
  min-width: 0;
}
.review-title {
  display: flex;
  align-items: baseline;
  justify-content: space-between;
  gap: 1rem;
}
.review-name {
  margin: 0;
  padding: 0;
  overflow: hidden;
  font-size: 1rem;
  font-weight: 600;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.review-title .numbers {
  flex: none;
}
.review-stage {
  display: grid;
  gap: 0.5rem;
  min-width: 0;
}
.review-stage > div:empty:not(.review-frame) {
  display: none;
}
.review-frame {
  position: relative;
  height: min(var(--box-height, 30rem), 60svh);
  min-height: 14rem;
  overflow: hidden;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: color-mix(in srgb, var(--soft) 70%, var(--paper));
}
.review-picture {
  position: absolute;
  top: 0.75rem;
  left: 0.75rem;
  width: calc(100% - 1.5rem);
  height: calc(100% - 1.5rem);
  object-fit: contain;
}
.review-picture.crisp {
  image-rendering: pixelated;
}
.review-text {
  min-height: 8rem;
  max-height: min(var(--box-height, 30rem), 60svh);
  padding: 1rem 1.2rem;
  overflow-y: auto;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: color-mix(in srgb, var(--soft) 55%, var(--paper));
  font-size: 1.1rem;
  line-height: 1.6;
  overflow-wrap: anywhere;
  white-space: pre-wrap;
  scrollbar-width: thin;
}
.marked {
  padding: 0 0.15em;
  border-bottom: 3px solid var(--colour);
  border-radius: 3px 3px 0 0;
  background: color-mix(in srgb, var(--colour) 28%, transparent);
  color: inherit;
}
.review-first {
  display: flex;
  gap: 0.5rem;
}
.button.accept {
  flex: 1;
  min-width: 0;
  min-height: 2.9rem;
}
.key.on-accent {
  border-color: currentColor;
  background: transparent;
  color: inherit;
  opacity: 0.85;
}
.cards {
  display: grid;
  gap: 0.6rem;
}
.card {
  display: grid;
  gap: 0.5rem;
  padding: 0.7rem 0.85rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
}
.card.faint {
  border-style: dashed;
}
.card.decided,
.card.counts {
  border-color: color-mix(in srgb, var(--good) 55%, transparent);
}
.card.decided {
  background: color-mix(in srgb, var(--good) 8%, transparent);
}
.card-head {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.2rem 0.5rem;
}
.card-who {
  font-weight: 600;
  overflow-wrap: anywhere;
}
.card-head time {
  margin-left: auto;
}
.card-actions {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
}
.card-actions .button {
  min-height: 2.2rem;
}
.flag {
  padding: 0 0.45rem;
  border-radius: 1rem;
  background: color-mix(in srgb, var(--ink) 10%, transparent);
  font-size: 0.78rem;
  line-height: 1.5;
}
.flag.warn {
  background: color-mix(in srgb, var(--warn) 16%, transparent);
  color: var(--warn);
  font-weight: 600;
}
.card-comment {
  margin: 0;
  padding: 0.1rem 0 0.1rem 0.7rem;
  border-left: 3px solid var(--line);
  overflow-wrap: anywhere;
  white-space: pre-wrap;
}
.legend {
  display: grid;
  place-items: center;
  width: 2.6rem;
  height: 1.6rem;
  padding: 0 0.25rem;
  border: 1px solid var(--line);
  border-radius: 0.4rem;
  background: none;
  cursor: pointer;
}
.legend[aria-pressed="false"] {
  opacity: 0.3;
}
.swatch {
  width: 100%;
  height: 6px;
}
.swatch line {
  stroke-width: 3;
}
.value {
  display: flex;
  flex-wrap: wrap;
  gap: 0.35rem;
}
.pill {
  display: inline-flex;
  align-items: center;
  gap: 0.4rem;
  max-width: 100%;
  padding: 0.1rem 0.65rem;
  border-radius: 1rem;
  background: color-mix(in srgb, var(--colour) 18%, transparent);
  font-weight: 600;
}
.pill-dot {
  flex: none;
  width: 0.65rem;
  height: 0.65rem;
  border-radius: 50%;
  background: var(--colour);
}
.pill-name {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.value-span {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 0.2rem 0.5rem;
  flex-basis: 100%;
}
.value-quote {
  overflow-wrap: anywhere;
}
.own {
  display: grid;
  gap: 0.4rem;
}
.own-title {
  margin: 0;
  padding: 0;
  color: var(--muted);
  font-size: 0.85rem;
  font-weight: 400;
}
.own-classes {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
  max-height: 11rem;
  padding: 3px;
  overflow-y: auto;
  scrollbar-width: thin;
}
.own-class {
  max-width: 100%;
}
.own-class[aria-pressed="true"] {
  border-color: var(--colour);
  background: color-mix(in srgb, var(--colour) 22%, var(--paper));
  font-weight: 600;
}
.return-form {
  display: grid;
  gap: 0.5rem;
  padding: 0.8rem 0.85rem;
  border: 1px solid var(--accent);
  border-radius: var(--radius);
}
.return-whom {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.5rem;
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
.review-tools {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
}
.review-tools .button:last-child {
  margin-left: auto;
}
.review-tiles {
  display: flex;
  gap: 6px;
  margin: 0;
  padding: 4px;
  overflow-x: auto;
  list-style: none;
  scrollbar-width: thin;
  position: relative;
}
.review-tile {
  position: relative;
  display: grid;
  place-items: center;
  width: 52px;
  height: 52px;
  padding: 0;
  overflow: hidden;
  border: 0;
  border-radius: 6px;
  background: #000000;
  cursor: pointer;
  touch-action: manipulation;
}
.review-tile.words {
  width: 9rem;
  padding: 0.3rem 0.5rem;
  border: 1px solid var(--line);
  background: color-mix(in srgb, var(--soft) 55%, var(--paper));
  color: var(--ink);
  font: inherit;
  font-size: 0.75rem;
  line-height: 1.3;
  text-align: left;
}
.review-cell {
  background-repeat: no-repeat;
}
.review-cell.crisp {
  image-rendering: pixelated;
}
.words .review-cell {
  display: -webkit-box;
  width: 100%;
  overflow: hidden;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 3;
}
.review-tile[aria-current="true"] {
  box-shadow:
    0 0 0 1px var(--paper),
    0 0 0 3px var(--accent);
}
.review-tile[data-outcome]:not([data-outcome=""]) .review-cell {
  opacity: 0.4;
}
.review-badge {
  position: absolute;
  right: 2px;
  bottom: 2px;
  display: grid;
  place-items: center;
  width: 18px;
  height: 18px;
  border-radius: 50%;
  background: #158237;
  color: #ffffff;
  font-size: 12px;
  line-height: 1;
}
.review-badge:empty {
  display: none;
}
[data-outcome="returned"] .review-badge {
  background: #b35300;
}
[data-outcome="reopened"] .review-badge {
  background: #5a6270;
}
.review-hint {
  min-height: 1.45em;
}
@container (min-width: 760px) {
  .review-main {
    grid-template-columns: minmax(0, 1fr) minmax(18rem, 25rem);
    gap: 1.5rem;
  }
}
`;var Bs=60;function Mt(n,e,t=1){let s=l("span",{class:"pill",title:e},l("span",{class:"pill-dot","aria-hidden":!0}),l("span",{class:"pill-name"},t>1?`${e} × ${t}`:e));return s.style.setProperty("--colour",re(n,e)),s}function $r(n,{start:e,end:t}){let s=[...n].slice(e,t).join("");return s.length>Bs?`${s.slice(0,Bs)}…`:s}function Je(n,e,t,s){let i=l("div",{class:"value"});for(let o of e.classes)i.append(Mt(n,o));let r=new Map;for(let{class_name:o}of e.boxes)r.set(o,(r.get(o)??0)+1);for(let[o,a]of r)i.append(Mt(n,o,a));for(let o of e.spans){let a=l("q",{class:"value-quote"},$r(t??"",o));i.append(l("span",{class:"value-span"},a,Mt(n,o.class_name)))}return i.childElementCount===0&&i.append(l("span",{class:"muted"},s?"No boxes":"None of the classes")),i}function H(n,e){if(e)return v(n.boxes.length,"box","boxes");let t=n.classes.join(", ")||"none of the classes";return n.spans.length>0?`${t}, ${v(n.spans.length,"span")}`:t}function Ns(n,e,t){let s=[...e],i=new Array(s.length);for(let o of t)i.fill(o,o.start,Math.min(o.end,s.length));let r=[];for(let o=0;o<s.length;){let a=i[o],h=o+1;for(;h<s.length&&i[h]===a;)h+=1;let d=s.slice(o,h).join("");if(a){let c=l("mark",{class:"marked",title:a.class_name},d),m=re(n,a.class_name);c.style.setProperty("--colour",m),c.style.setProperty("--on-colour",ue(m)),r.push(c)}else r.push(document.createTextNode(d));o=h}return r}var Hr=160,Ks=["#e45756","#2f7fd6","#3f9b46","#c77700","#9463c9","#00929a","#c2478f","#7d6b57"];function Rt(n){return Ks[n%Ks.length]??"#888888"}var Ze=class{constructor(e,t,s){this.view=e;this.classes=t;this.pictures=new oe(e.samples_digest,e.shape,o=>{this.item&&o.includes(this.item.item)&&this.draw(this.editor?.boxes??[])});let i=e.session.config.answer==="boxes";this.editor=i?new ne({classes:t,onChange:s}):null;let r=e.task==="text"?this.text:this.editor?.root??this.frame;this.root.append(this.place,r)}view;classes;root=l("div",{class:"review-stage"});editor;pictures;picture=l("canvas",{class:"review-picture",role:"img",hidden:!0});frame=l("div",{class:"review-frame"},this.picture);text=l("p",{class:"review-text",tabindex:0,"aria-label":"Text"});place=l("div");item=null;painted=null;hidden=new Set;show(e,t,s){let i=e.item!==this.item?.item;if(this.item=e,this.view.task==="text"){i&&(this.text.scrollTop=0),this.marks(null);return}i&&this.hidden.clear(),this.pictures.want([e.item,...s]),this.draw(t)}marks(e){if(this.view.task!=="text"||!this.item)return;let t=Ns(this.classes(),this.item.text??"",e?.spans??[]);this.text.replaceChildren(...t)}toggle(e){return this.hidden.delete(e)||this.hidden.add(e),this.overlay(null),!this.hidden.has(e)}emphasise(e){this.overlay(e)}dispose(){this.editor?.dispose(),this.pictures.dispose()}draw(e){let{item:t}=this;if(!t)return;let s=this.pictures.get(t.item),i={label:"Try again",run:()=>this.pictures.retry()};if(f(this.place,s?null:this.pictures.error(t.item),i),this.editor){this.editor.load(s,this.pictures.size,e),this.overlay(null);return}if(this.frame.classList.toggle("loading",s===null),this.picture.hidden=s===null,!s||s===this.painted)return;this.painted=s;let{width:r,height:o}=s;this.picture.width=r,this.picture.height=o,this.picture.classList.toggle("crisp",Math.max(r,o)<=Hr),this.picture.setAttribute("aria-label",t.name??`Sample ${t.item}`),this.picture.getContext("2d")?.drawImage(s,0,0)}overlay(e){if(!this.editor||!this.item)return;let t=C(this.item).map(({value:s},i)=>({look:i,boxes:(e===null?!this.hidden.has(i):i===e)?s.boxes:[],colour:Rt(i)}));this.editor.overlay(t)}};var Br=9,Nr=new Intl.DateTimeFormat(void 0,{dateStyle:"medium",timeStyle:"short"}),Kr=new Intl.NumberFormat("en-US",{style:"percent",maximumFractionDigits:0});function zs(n){return l("kbd",{class:"key","aria-hidden":!0},n)}function zr(n){let e=document.createElementNS("http://www.w3.org/2000/svg","svg");e.setAttribute("class","swatch"),e.setAttribute("aria-hidden","true");let t=document.createElementNS("http://www.w3.org/2000/svg","line"),s={x1:"0",x2:"100%",y1:"50%",y2:"50%","stroke-dasharray":xt(n)};for(let[i,r]of Object.entries(s))t.setAttribute(i,r);return t.style.stroke=Rt(n),e.append(t),e}function qs(n,e){let s=C(n).map((r,o)=>qr(n,r,o,e)),i=n.answers.filter(r=>r.act==="skip");return[...Gr(n,e),...s,...i.map(r=>Ur(r)),...Wr(n,e)]}function qr(n,e,t,s){let{annotator:i,value:r}=e,o=u("Accept",()=>s.accept(r),{"aria-label":`Accept the answer of ${i}: ${H(r,s.boxes)}`});t<Br&&(o.append(zs(String(t+1))),o.setAttribute("aria-keyshortcuts",String(t+1)));let a=u("Send back",()=>s.sendBack(i),{class:"button quiet","aria-label":`Send the answer back to ${i}`}),h=l("div",{class:"card-actions"},o,a);s.boxes&&h.append(u("Edit",()=>s.edit(r),{class:"button quiet",title:"Take these boxes over and change them"}));let d=l("article",{class:"card","aria-label":`Answer of ${i}`},Vs(e,s.boxes?Vr(t,s):null),Je(s.classes(),r,n.text,s.boxes),...Us(e),h);d.classList.toggle("counts",n.state==="settled"&&!!n.value&&Qe(n.value,r));for(let[c,m]of[["pointerenter","pointerleave"],["focusin","focusout"]])d.addEventListener(c,()=>s.look(t)),d.addEventListener(m,()=>s.look(null));return d}function Vr(n,e){let t=l("button",{type:"button",class:"legend","aria-pressed":"true","aria-label":"Show these boxes",title:"Show or hide these boxes"});return t.append(zr(n)),t.addEventListener("click",()=>{t.setAttribute("aria-pressed",String(e.toggle(n)))}),t}function Vs(n,e){let t=l("header",{class:"card-head"});e&&t.append(e),t.append(l("strong",{class:"card-who"},n.annotator)),n.unsure&&t.append(l("span",{class:"flag warn"},"unsure")),n.counted||t.append(l("span",{class:"flag",title:"Came after others had taken the place: kept, not counted"},"late"));let s=new Date(n.time*1e3);return t.append(l("time",{class:"muted small",datetime:s.toISOString()},Nr.format(s))),t}function Us(n){let e=[];return n.comment&&e.push(l("blockquote",{class:"card-comment"},n.comment)),n.source&&e.push(l("p",{class:"muted small"},n.source)),e}function Ur(n){return l("article",{class:"card faint","aria-label":`${n.annotator} skipped`},Vs(n,null),l("p",{class:"muted"},"Skipped"),...Us(n))}function Wr(n,e){let{suggestion:t}=n;if(!t)return[];let s=u("Accept",()=>e.accept(t.value),{"aria-label":`Accept the suggestion: ${H(t.value,e.boxes)}`,"aria-keyshortcuts":"0"});s.append(zs("0"));let i=l("div",{class:"card-actions"},s);return e.boxes&&i.append(u("Edit",()=>e.edit(t.value),{class:"button quiet"})),[l("article",{class:"card faint","aria-label":"Suggestion"},l("header",{class:"card-head"},l("strong",{class:"card-who"},"Suggestion"),l("span",{class:"muted small"},`${t.source}, ${Kr.format(t.score)} sure`)),Je(e.classes(),t.value,n.text,e.boxes),i)]}function Gr(n,e){return n.state!=="settled"||!n.value?[]:[l("article",{class:"card decided","aria-label":"What counts"},l("header",{class:"card-head"},l("strong",{class:"card-who"},"Decided"),l("span",{class:"muted small"},n.decided_by?`by ${n.decided_by}`:"")),Je(e.classes(),n.value,n.text,e.boxes))]}var et=class{boxes=null;chosen=new Set;pinned=null;clear(e){this.boxes=null,this.chosen.clear(),this.pinned=e}toggle(e){this.chosen.delete(e)||this.chosen.add(e)}own(e){let t=this.pinned?.spans??[];return{...x,classes:e,spans:t}}proposal(e,t){if(this.boxes){let r={...x,boxes:this.boxes};return{value:r,label:`Accept your ${H(r,!0)}`}}if(this.chosen.size>0){let r=this.own([...this.chosen].sort());return{value:r,label:`Accept ${H(r,!1)}`}}let s=$s(e);if(!s)return null;let i=s.of>1?` (${s.votes} of ${s.of})`:"";return{value:s.value,label:`Accept ${H(s.value,t)}${i}`}}};var tt=class{constructor(e,t,s){this.keys=t;this.choose=s;p(this.title,e),this.buttons.setAttribute("aria-label",e),this.root=l("section",{class:"own"},this.title,this.buttons)}keys;choose;root;title=l("h4",{class:"own-title"});buttons=l("div",{class:"own-classes",role:"group"});update(e,t){this.buttons.replaceChildren(...e.map(({name:s,colour:i,description:r})=>{let o=u("",()=>this.choose(s),{class:"button own-class","aria-pressed":String(t.has(s)),title:r||s});o.style.setProperty("--colour",i);let a=this.keys.printed(j(s));return o.append(l("span",{class:"pill-dot","aria-hidden":!0}),l("span",{class:"pill-name"},s)),a&&(o.append(l("kbd",{class:"key","aria-hidden":!0},`⇧${a}`)),o.setAttribute("aria-keyshortcuts",`Shift+${a}`)),o}))}},st=class{constructor(e,t){this.closed=t;this.root=l("form",{class:"return-form",hidden:!0,"aria-label":"Send back"},l("label",{class:"return-whom"},"Send back to",this.whom),this.comment,l("div",{class:"card-actions"},l("button",{type:"submit",class:"button primary"},"Send back"),u("Cancel",()=>this.close(),{class:"button quiet"}))),this.root.addEventListener("submit",s=>{s.preventDefault();let{value:i}=this.whom,r=this.comment.value.trim();i&&(this.close(),e(i,r))}),this.root.addEventListener("keydown",s=>{if(s.stopPropagation(),s.code==="Escape")this.close();else if(s.code==="Enter"&&s.target===this.comment&&!s.shiftKey)this.root.requestSubmit();else return;s.preventDefault()})}closed;root;whom=l("select",{class:"field","aria-label":"Send back to"});comment=l("textarea",{class:"field",rows:2,maxlength:2e3,placeholder:"What should be looked at again?","aria-label":"Comment"});get open(){return!this.root.hidden}show(e,t){let s=C(e).map(i=>i.annotator);this.whom.replaceChildren(...s.map(i=>l("option",{value:i},i))),this.whom.value=s.includes(t)?t:s[0]??"",this.comment.value="",this.root.hidden=!1,this.comment.focus({preventScroll:!0}),this.root.scrollIntoView({block:"nearest"})}close(){this.root.hidden||(this.root.hidden=!0,this.closed())}};var jr=60,Fr=8,Yr=52,Qr={accepted:"✓",returned:"↩",reopened:"○"},Xr={accepted:"decided",returned:"sent back",reopened:"open again"},it=class{constructor(e,t,s,i){this.session=e;this.reviewer=t;this.owner=i;this.queue=s}session;reviewer;owner;items=[];outcomes=new Map;at=0;loading=!1;error=null;queue;next=null;asked=new AbortController;stood=new Map;get current(){return this.items[this.at]??null}get more(){return this.next!==null}open(e){this.asked.abort(),this.queue=e,this.items.length=0,this.outcomes.clear(),this.stood.clear(),this.at=0,this.next=-1,this.loading=!1,this.load()}go(e){this.at=Math.min(Math.max(0,e),this.items.length),this.at>=this.items.length-Fr&&this.load(),this.owner.changed()}onward(){let e=this.at+1;for(;e<this.items.length&&this.outcomes.has(this.items[e]?.item??-1);)e+=1;this.go(e)}decided(e,t){let s=this.placeOf(e.item),i=this.items[s];i&&(this.stood.has(e.item)||this.stood.set(e.item,i),this.items[s]=e,this.outcomes.set(e.item,t))}undecided(e){let t=this.stood.get(e),s=this.placeOf(e);this.stood.delete(e),this.outcomes.delete(e),!(!t||s===-1)&&(this.items[s]=t,this.go(s))}async load(){if(this.loading||this.next===null)return;this.loading=!0,this.error=null,this.asked=new AbortController;let{signal:e}=this.asked,{session:t,reviewer:s,queue:i}=this;this.owner.changed();try{let r={queue:i,after:this.next,limit:jr,reviewer:s},o=await Wt(t,r,e);this.items.push(...o.items),this.next=o.next,this.owner.counts(o.counts)}catch(r){if(S(r)||e.aborted)return;this.error=b(r)}this.loading=!1,this.owner.changed()}dispose(){this.asked.abort()}placeOf(e){return this.items.findIndex(t=>t.item===e)}},rt=class{constructor(e,t){this.samples=e;this.choose=t}samples;choose;root=l("ol",{class:"review-tiles","aria-label":"Samples of this queue"});tiles=[];sprites=[];stop=new AbortController;shown=-1;update(e,t,s){(e.length<this.tiles.length||e.length===0)&&this.clear();let i=e.slice(this.tiles.length);i.length>0&&this.add(i),e.forEach((r,o)=>this.mark(o,r,s.get(r.item),o===t)),t!==this.shown&&(this.shown=t,this.reveal(t))}dispose(){this.clear()}clear(){this.stop.abort(),this.stop=new AbortController;for(let e of this.sprites)e.dispose();this.sprites=[],this.tiles.length=0,this.root.replaceChildren(),this.shown=-1}add(e){let t=e.map(s=>{let i=this.tiles.length,r=l("span",{class:"review-cell","aria-hidden":!0});this.samples===null&&p(r,s.text??"");let o=l("span",{class:"review-badge","aria-hidden":!0}),a=l("button",{type:"button",class:"review-tile",tabindex:-1},r,o);return a.classList.toggle("words",this.samples===null),a.addEventListener("click",()=>this.choose(i)),this.tiles.push(a),this.root.append(l("li",{},a)),r});this.samples!==null&&this.paint(this.samples,e,t)}async paint(e,t,s){let{signal:i}=this.stop;try{let r=await se.load(e,t.map(({item:o})=>o),i);if(i.aborted)return r.dispose();this.sprites.push(r),s.forEach((o,a)=>r.paint(o,a,Yr))}catch{}}mark(e,t,s,i){let r=this.tiles[e],o=r?.lastElementChild;if(!r||!o)return;r.setAttribute("aria-current",String(i)),r.dataset.outcome=s??"",p(o,s?Qr[s]:"");let a=s?`, ${Xr[s]}`:"";r.setAttribute("aria-label",`${t.name??`Sample ${t.item}`}${a}`)}reveal(e){let t=this.tiles[e]?.parentElement;if(!t)return;let{root:s}=this,i=t.offsetLeft+t.offsetWidth/2-s.clientWidth/2,r=t.offsetTop+t.offsetHeight/2-s.clientHeight/2;s.scrollTo({left:i,top:r})}};var Ws={disputed:"Disagreements",unsure:"Somebody was unsure",answered:"All answered",settled:"Decided",returned:"Sent back"},Jr={disputed:["No disagreements","Where enough people have answered, they say the same."],unsure:["Nobody is unsure","Samples that somebody was not sure about come here."],answered:["Nothing to look at yet","Samples come here once enough people have answered them."],settled:["Nothing is decided yet","What you accept in the other lists is kept here."],returned:["Nothing is sent back","Answers wait here until their authors have looked again."]},Ct=Object.keys(Ws),Zr="1–9 accept an answer, Enter what most people say. Arrows go through the list, N sends back, Ctrl+Z undoes.",en="Accept one of the answers, or give your own. Tap a small picture to go there.";function Gs(){return matchMedia("(hover: none)").matches?en:Zr}var nt=class{root=l("div",{class:"review-tabs",role:"tablist","aria-label":"Lists to review"});tabs=new Map;constructor(e){for(let t of Ct){let s=l("span",{class:"review-count numbers"}),i=l("button",{type:"button",class:"review-tab",role:"tab"});i.append(Ws[t],s),i.addEventListener("click",()=>e(t)),i.addEventListener("keydown",r=>this.key(r,t)),this.tabs.set(t,{tab:i,number:s}),this.root.append(i)}}update(e,t){for(let[s,{tab:i,number:r}]of this.tabs)i.setAttribute("aria-selected",String(s===e)),i.tabIndex=s===e?0:-1,p(r,t?w(t[s]):"")}key(e,t){let s={ArrowLeft:-1,ArrowRight:1}[e.code];if(s===void 0)return;e.stopPropagation(),e.preventDefault();let i=Ct[Ct.indexOf(t)+s];i&&this.tabs.get(i)?.tab.focus()}};function js(n,e,t){let[s,i]=Jr[n];return[l("strong",{},e?"You have been through this list":s),l("span",{},e?"Look again whether anything new has come.":i),u("Look again",t)]}var tn=3,ot=class{constructor(e,t,s){this.root=e;this.view=s;this.args=t;let{session:i,annotator:r,queue:o}=t.data;this.classes=s.classes,this.revision=s.session.revision,this.boxes=s.session.config.answer==="boxes",this.keys=new D(s.classes,s.keys),this.queue=new it(i,r,o,{changed:()=>this.refresh(),counts:d=>{this.counts=d}});let a=s.task==="text"?null:s.samples_digest;this.tiles=new rt(a,d=>{this.queue.go(d),this.focus()}),this.stage=new Ze(s,()=>this.classes,d=>this.edited(d));let h=this.boxes?"Class of the selected box, or the next":"Your own answer";this.own=new tt(h,this.keys,d=>this.choose(d)),this.form=new st((d,c)=>this.sendBack(d,c),()=>this.focus()),this.decisions=new Xe(i,r,()=>this.revision,d=>this.told(d)),this.main=l("div",{class:"review-main",role:"group",tabindex:-1,"aria-label":"Sample under review"},l("div",{class:"review-left"},l("div",{class:"review-title"},this.heading,this.position),this.stage.root),l("div",{class:"review-right"},l("div",{class:"review-first"},this.acceptButton,this.reopenButton),this.cards,this.form.root,this.own.root)),e.append(l("style",{},Hs),l("div",{class:"review"},l("div",{class:"review-top"},this.tabs.root,this.status),this.place,this.main,this.empty,l("div",{class:"review-tools"},this.backButton,this.nextButton,this.undoButton),this.tiles.root,this.hint,this.announcer)),e.addEventListener("keydown",this.onKey),Z(()=>this.own.update(this.classes,this.draft.chosen)),this.update(t),this.queue.open(o)}root;view;args;classes;revision;counts=null;shown="";draft=new et;stop=new AbortController;boxes;keys;queue;tiles;stage;own;form;decisions;tabs=new nt(e=>this.open(e));status=l("span",{class:"status",role:"status"});place=l("div");heading=l("h3",{class:"review-name"});position=l("span",{class:"muted small numbers"});cards=l("div",{class:"cards"});announcer=l("span",{class:"visually-hidden","aria-live":"polite"});hint=l("p",{class:"muted small review-hint"});empty=l("div",{class:"empty",hidden:!0});main;acceptButton=u("",()=>this.submit(),{class:"button primary accept"});reopenButton=u("Reopen",()=>this.reopen(),{title:"Take it back (U)"});undoButton=u("Undo",()=>this.undo(),{title:"Undo (Ctrl+Z)"});backButton=u("Previous",()=>this.step(-1),{title:"Arrow left"});nextButton=u("Next",()=>this.step(1),{title:"Arrow right"});onKey=e=>this.key(e);update(e){this.args=e,this.root.style.setProperty("--box-height",`${Math.max(240,e.data.height-160)}px`),this.refresh()}dispose(){this.stop.abort(),this.root.removeEventListener("keydown",this.onKey),this.queue.dispose(),this.tiles.dispose(),this.stage.dispose(),this.decisions.dispose()}open(e){this.form.close(),this.shown="",this.queue.open(e)}focus(){this.main.focus({preventScroll:!0})}told(e){e&&(this.counts=e.counts,e.revision>this.revision&&this.follow()),this.refresh()}async follow(){let{session:e,annotator:t}=this.args.data;try{let s=await Q(e,t,this.stop.signal);this.classes=s.classes,this.revision=s.session.revision,this.keys.update(s.classes,s.keys),this.open(this.queue.queue)}catch(s){if(S(s))return;let i=b(s);f(this.place,i,{label:"Try again",run:()=>{this.follow()}})}}edited(e){this.draft.boxes=e,this.refreshAccept()}choose(e){this.queue.current&&(this.boxes?this.stage.editor?.setClass(e):this.view.session.config.answer==="single"?this.accept(this.draft.own([e])):(this.draft.toggle(e),this.own.update(this.classes,this.draft.chosen),this.refreshAccept()),this.boxes||this.focus())}get proposed(){let e=this.queue.current;return e&&this.draft.proposal(e,this.boxes)}submit(){let{proposed:e}=this;e&&this.accept(e.value)}accept(e){let t=this.queue.current;t&&(this.decisions.accept(t.item,e,t.state==="settled"?t.value:null),this.queue.decided({...t,state:"settled",value:e,decided_by:this.args.data.annotator},"accepted"),p(this.announcer,`Decided: ${H(e,this.boxes)}`),this.queue.onward(),this.focus())}sendBack(e,t){let s=this.queue.current;s&&(this.decisions.sendBack(s.item,e,t,s.state==="settled"?s.value:null),this.queue.decided({...s,comment:t},"returned"),p(this.announcer,`Sent back to ${e}`),this.queue.onward(),this.focus())}reopen(){let e=this.queue.current;e?.state==="settled"&&(this.decisions.reopen(e.item,e.value),this.queue.decided({...e,state:"disputed",value:null,decided_by:""},"reopened"),p(this.announcer,"The decision is taken back"),this.refresh(),this.focus())}undo(){let e=this.decisions.undo();e&&(this.shown="",this.queue.undecided(e.item),p(this.announcer,"Undone"),this.focus())}step(e){this.queue.go(this.queue.at+e),this.focus()}refresh(){let{queue:e,decisions:t}=this;this.tabs.update(e.queue,this.counts),this.status.dataset.state=t.state,this.status.hidden=t.state==="idle",p(this.status,J(t.state,t.waiting)),t.state==="refused"?f(this.place,t.error,{label:"Try again",run:()=>t.retry()},{label:`Discard ${v(t.waiting,"decision")}`,run:()=>this.discard()}):f(this.place,e.error,{label:"Try again",run:()=>{e.load()}});let s=e.current;this.main.hidden=s===null,this.tiles.root.hidden=e.items.length===0,this.tiles.update(e.items,e.at,e.outcomes),this.refreshEmpty(),this.backButton.disabled=e.at===0,this.nextButton.disabled=s===null,this.undoButton.disabled=!t.canUndo,p(this.hint,Gs()),s&&this.showItem(s)}showItem(e){let{queue:t}=this,s=JSON.stringify([e,t.outcomes.get(e.item),this.revision]),i=this.counts&&t.more?t.items.length+"+":w(t.items.length);if(p(this.position,`${w(t.at+1)} of ${i}`),s===this.shown)return;this.shown=s,this.form.close(),p(this.heading,e.name??`Sample ${e.item}`),this.draft.clear(C(e).find(({value:a})=>a.spans.length>0)?.value??null);let r=t.items.slice(t.at+1,t.at+1+tn).map(a=>a.item),o=e.state==="settled"?e.value?.boxes??[]:[];this.stage.show(e,o,r),this.stage.marks(this.draft.pinned),this.own.update(this.classes,this.draft.chosen),this.own.root.hidden=this.classes.length===0,this.cards.replaceChildren(...qs(e,{classes:()=>this.classes,boxes:this.boxes,accept:a=>this.accept(a),sendBack:a=>this.form.show(e,a),edit:a=>this.edit(a),toggle:a=>this.stage.toggle(a),look:a=>this.look(e,a)})),e.comment&&this.cards.append(l("p",{class:"muted small"},`Sent back with: “${e.comment}”`)),this.reopenButton.hidden=e.state!=="settled",this.refreshAccept(),document.activeElement===document.body&&this.focus()}refreshAccept(){let{proposed:e}=this;this.acceptButton.disabled=e===null;let t=e?.label??"The answers are split";this.acceptButton.replaceChildren(l("span",{class:"pill-name"},t)),e&&this.acceptButton.append(l("kbd",{class:"key on-accent","aria-hidden":!0},"Enter"))}refreshEmpty(){let{queue:e}=this,t=e.loading||e.error!==null;if(this.empty.hidden=e.current!==null||t,this.empty.hidden)return;let s=e.items.length>0;this.empty.replaceChildren(...js(e.queue,s,()=>this.open(e.queue)))}edit(e){let{editor:t}=this.stage;t&&(t.replaceWith(e.boxes),t.stage.focus({preventScroll:!0}))}look(e,t){this.boxes&&this.stage.emphasise(t);let s=t===null?null:C(e)[t]?.value??null;s&&(this.draft.pinned=s,this.stage.marks(s))}discard(){this.decisions.discard(),this.open(this.queue.queue)}key(e){e.stopPropagation(),((this.stage.editor?.key(e)??!1)||this.handled(e))&&e.preventDefault()}handled(e){let{code:t}=e,s=this.queue.current,i=e.composedPath()[0]instanceof HTMLButtonElement;if(e.ctrlKey||e.metaKey){if(t==="KeyZ"&&!e.shiftKey)this.undo();else if(t==="Enter")this.submit();else return!1;return!0}if(e.altKey||e.repeat&&!t.startsWith("Arrow"))return!1;let r=e.shiftKey?this.keys.classOf(t):null,o=/^(?:Digit|Numpad)(\d)$/.exec(t)?.[1];if(r!==null)this.choose(r);else{if(e.shiftKey)return!1;if(o==="0")s?.suggestion&&this.accept(s.suggestion.value);else if(o)this.acceptNumber(Number(o));else if(t==="ArrowLeft"||t==="ArrowUp")this.step(-1);else if(t==="ArrowRight"||t==="ArrowDown")this.step(1);else if((t==="Enter"||t==="NumpadEnter")&&!i)this.submit();else if(t==="KeyN"&&s&&C(s).length>0)this.form.show(s,"");else if(t==="KeyU")this.reopen();else if(t===this.keys.code("fit"))this.stage.editor?.fit();else return!1}return!0}acceptNumber(e){let t=this.queue.current,s=t&&C(t)[e-1];s&&this.accept(s.value)}};var Fs=`.labeller {
  display: grid;
  gap: 0.75rem;
  min-width: 0;
}
.labeller > *,
.work > *,
.work-main > *,
.one > *,
.grid-surface > * {
  min-width: 0;
}
.place:empty,
.labeller-notice:empty {
  display: none;
}

/* How far it is. */
.header {
  display: grid;
  gap: 0.35rem;
}
.header-row {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.1rem 1rem;
}
.header-text {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 0 0.9rem;
}
.summary {
  font-weight: 600;
}
.header-tools {
  display: flex;
  align-items: center;
  gap: 0.15rem;
  margin-left: auto;
}
.header-tools .status {
  margin-right: 0.5rem;
  white-space: nowrap;
}
.header .bar {
  height: 4px;
}
/* A bar that glides would keep the browser painting while the next key is pressed. */
.header .bar > div {
  transition: none;
}
.button.icon {
  width: 2.4rem;
  min-height: 2.4rem;
  padding: 0;
  font-size: 1.15rem;
}

/* The sample in the middle, the classes beside it. */
.work {
  display: grid;
  gap: 0.75rem 1.25rem;
}
.work-main {
  display: grid;
  align-content: start;
  gap: 0.6rem;
}
.as-grid .work-side {
  order: -1;
}
.one,
.grid-surface {
  display: grid;
  gap: 0.5rem;
}
.stage {
  position: relative;
  display: grid;
  place-items: center;
  height: min(var(--stage-height, 640px), 56svh);
  min-height: 15rem;
  overflow: hidden;
  border-radius: calc(var(--radius) * 1.2);
  background: color-mix(in srgb, var(--soft) 75%, var(--paper));
}
.stage:focus-visible {
  outline: 2px solid color-mix(in srgb, var(--accent) 55%, transparent);
  outline-offset: 2px;
}
.stage.for-text,
.stage.for-boxes {
  display: block;
  place-items: normal;
  height: auto;
  min-height: 0;
  overflow: visible;
  background: none;
}
.stage.for-boxes {
  --box-height: var(--stage-height, 640px);
}
.picture {
  display: block;
  border-radius: 3px;
}
.picture.crisp,
.guide-examples .crisp,
.look .crisp,
.recent-item canvas {
  image-rendering: pixelated;
}
.picture-waiting {
  padding: 1rem;
  text-align: center;
}
.one-foot {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: center;
  gap: 0.5rem 1rem;
  min-height: 2.6rem;
}
.chip {
  display: inline-flex;
  align-items: center;
  gap: 0.6rem;
  max-width: 100%;
  min-height: 2.5rem;
  padding: 0.2rem 1rem;
  overflow: hidden;
  border: 1.5px dashed var(--colour);
  border-radius: 2rem;
  background: color-mix(in srgb, var(--colour) 14%, var(--paper));
  color: var(--ink);
  font: inherit;
  font-weight: 600;
  font-variant-numeric: tabular-nums;
  cursor: pointer;
  touch-action: manipulation;
}
@media (hover: hover) {
  .chip:hover {
    border-style: solid;
  }
}
.standing {
  color: var(--muted);
  overflow-wrap: anywhere;
}
.standing[data-standing="done"] {
  color: var(--good);
}
.standing[data-standing="pending"] {
  color: var(--warn);
}
.returned {
  padding: 0.5rem 0.8rem;
  border-left: 3px solid var(--warn);
  border-radius: 4px;
  background: color-mix(in srgb, var(--warn) 12%, transparent);
  overflow-wrap: anywhere;
}
.ending .empty {
  min-height: min(18rem, 45svh);
}
.ending .empty[data-state="done"] {
  border-style: solid;
  background: color-mix(in srgb, var(--good) 7%, transparent);
}
.ending .empty strong {
  font-size: 1.25rem;
}
.ending .button {
  margin-top: 0.75rem;
}

/* Classes. */
.classbar {
  display: grid;
  gap: 0.5rem;
}
.classbar-search {
  width: 100%;
  min-height: 2.3rem;
  padding: 0.2rem 0.7rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
  color: var(--ink);
  font: inherit;
}
.classbar-buttons {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
  max-height: 11rem;
  padding: 3px;
  overflow-y: auto;
  scrollbar-width: thin;
}
.button.class {
  justify-content: flex-start;
  max-width: 100%;
  min-height: 2.5rem;
  padding: 0.2rem 0.55rem 0.2rem 0.7rem;
}
.class-dot {
  flex: none;
  width: 0.7rem;
  height: 0.7rem;
  border-radius: 50%;
  background: var(--colour);
  box-shadow: inset 0 0 0 1px rgba(0, 0, 0, 0.12);
}
.class-name {
  flex: 1;
  overflow: hidden;
  text-align: left;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.button.class:hover:not(:disabled) {
  border-color: var(--colour);
  color: var(--ink);
}
.button.class[aria-pressed="true"] {
  border-color: var(--colour);
  background: color-mix(in srgb, var(--colour) 24%, var(--paper));
  font-weight: 600;
}
.button.class.suggested:not([aria-pressed="true"]) {
  border-color: var(--colour);
  border-style: dashed;
}
@container (min-width: 640px) {
  .as-one .work {
    grid-template-columns: minmax(0, 1fr) clamp(11rem, 22%, 16rem);
  }
  .as-one .classbar-buttons {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    max-height: min(var(--stage-height, 640px), 56svh);
    align-content: start;
  }
  .as-one .button.class {
    width: 100%;
  }
}

/* Buttons below. */
.tools {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.5rem 1rem;
}
.tools .group {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
}
.tools .button[aria-pressed="true"] {
  border-color: var(--warn);
  background: color-mix(in srgb, var(--warn) 14%, var(--paper));
}
.tools .button {
  padding-inline: 0.6rem;
}
.tools .submit {
  min-width: 8.5rem;
}
.comment {
  display: flex;
  align-items: flex-end;
  gap: 0.5rem;
}
.comment textarea {
  flex: 1;
  min-width: 0;
  padding: 0.5rem 0.7rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  resize: vertical;
}

/* Answered last. */
.lately {
  display: flex;
  gap: 0.4rem;
  margin: 0;
  padding: 3px;
  overflow-x: auto;
  list-style: none;
  scrollbar-width: thin;
}
.recent-item {
  display: grid;
  gap: 2px;
  width: 64px;
  padding: 4px;
  border: 1px solid transparent;
  border-radius: var(--radius);
  background: none;
  color: var(--ink);
  font: inherit;
  cursor: pointer;
}
.recent-item:hover {
  border-color: var(--line);
}
.recent-item canvas {
  width: 100%;
  aspect-ratio: 1;
  border-radius: 4px;
  background: #000000;
}
.recent-answer {
  overflow: hidden;
  border-top: 3px solid var(--colour);
  color: var(--muted);
  font-size: 0.72rem;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.lately.for-text .recent-item {
  width: 9rem;
  text-align: left;
}
.recent-text {
  height: 2.5em;
  overflow: hidden;
  font-size: 0.78rem;
  line-height: 1.25;
}

/* A page of samples. */
.tiles {
  position: relative;
  display: grid;
  grid-template-columns: repeat(var(--columns), var(--side));
  justify-content: center;
  gap: 6px;
  padding: 3px;
  overflow: hidden auto;
  overscroll-behavior: contain;
  border-radius: var(--radius);
  scrollbar-width: thin;
  user-select: none;
  -webkit-user-select: none;
  contain: content;
}
.tiles.texts {
  grid-template-columns: repeat(var(--columns), minmax(0, 1fr));
}
.tiles:focus-visible {
  outline-offset: 3px;
}
.tile {
  min-width: 0;
  cursor: pointer;
  contain: layout style;
}
.tile .frame {
  position: relative;
  display: grid;
  place-items: center;
  width: var(--side);
  height: var(--side);
  overflow: hidden;
  border-radius: 6px;
  background: #000000;
}
.tile.loading .frame {
  background: var(--soft);
}
.tile.loading .cell {
  visibility: hidden;
}
.cell {
  background-repeat: no-repeat;
}
.cell.crisp {
  image-rendering: pixelated;
}
.tile.card .frame {
  display: block;
  width: 100%;
  height: 7.2rem;
  padding: 0.6rem 0.75rem;
  border: 1px solid var(--line);
  background: color-mix(in srgb, var(--soft) 50%, var(--paper));
}
.tile .excerpt {
  display: -webkit-box;
  overflow: hidden;
  font-size: 0.9rem;
  line-height: 1.4;
  overflow-wrap: anywhere;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 4;
}
.tile .name {
  position: absolute;
  right: 0;
  bottom: 0;
  left: 0;
  height: 5px;
  overflow: hidden;
  background: var(--colour, transparent);
  color: #ffffff;
  font-size: 0.68rem;
  font-weight: 600;
  line-height: 15px;
  text-align: center;
  text-overflow: ellipsis;
  white-space: nowrap;
  pointer-events: none;
  visibility: hidden;
}
.tile .name:not(:empty) {
  height: 16px;
  padding: 0 3px;
  background: color-mix(in srgb, var(--colour, #777777) 78%, #000000);
}
.tile.answered .name,
.tile.pending .name {
  visibility: visible;
}
.tile.suggested .name {
  visibility: visible;
  background: color-mix(in srgb, var(--colour, #777777) 38%, #1a1c22);
  font-weight: 500;
}
.tile.answered .cell,
.tile.answered .excerpt {
  opacity: 0.42;
}
.tile.skipped .cell,
.tile.skipped .excerpt {
  opacity: 0.22;
}
.tile.skipped .name {
  background: rgba(90, 90, 90, 0.85);
}
.tile .frame::after {
  content: "";
  position: absolute;
  inset: 0;
  border: 0 solid transparent;
  border-radius: inherit;
  pointer-events: none;
}
.tile.suggested .frame::after {
  border: 2px dashed color-mix(in srgb, var(--colour, #888888) 70%, transparent);
}
.tile[aria-selected="true"] .frame::after {
  border: 3px solid var(--accent);
  background: color-mix(in srgb, var(--accent) 26%, transparent);
}
.together .tile[aria-selected="true"] .frame::after {
  border: 2px solid color-mix(in srgb, var(--accent) 55%, transparent);
  background: none;
}
.together .tile[aria-selected="true"].suggested .frame::after {
  border: 2px dashed color-mix(in srgb, var(--colour, #888888) 80%, transparent);
}
.together .tile[aria-selected="false"]:not(.answered) .cell,
.together .tile[aria-selected="false"]:not(.answered) .excerpt {
  opacity: 0.28;
}
.tile.unsure .frame::before,
.tile.returned .frame::before {
  content: "?";
  position: absolute;
  top: 2px;
  right: 2px;
  z-index: 1;
  display: grid;
  place-items: center;
  width: 15px;
  height: 15px;
  border-radius: 50%;
  background: #b35300;
  color: #ffffff;
  font-size: 10px;
  font-weight: 700;
}
.tile.returned .frame::before {
  content: "↩";
}
@media (hover: hover) {
  .tile:hover .frame {
    box-shadow: 0 0 0 2px color-mix(in srgb, var(--accent) 45%, transparent);
  }
}
.tiles:focus .tile.focused .frame,
.tiles:focus-within .tile.focused .frame {
  box-shadow:
    0 0 0 1px var(--paper),
    0 0 0 3px var(--accent);
}
.tile.focused .frame {
  box-shadow:
    0 0 0 1px var(--paper),
    0 0 0 3px color-mix(in srgb, var(--ink) 50%, transparent);
}
.band {
  position: absolute;
  top: 0;
  left: 0;
  border: 1px solid var(--accent);
  border-radius: 3px;
  background: color-mix(in srgb, var(--accent) 18%, transparent);
  pointer-events: none;
}
.grid-foot {
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  gap: 0 1rem;
  min-height: 1.4em;
}

/* A text to read. */
.textview {
  display: grid;
  gap: 0.5rem;
}
.reading-frame {
  position: relative;
}
.reading {
  max-height: min(var(--stage-height, 640px), 60svh);
  min-height: 11rem;
  padding: 1.4rem clamp(1rem, 5%, 3rem) 1.6rem;
  overflow-y: auto;
  border-radius: calc(var(--radius) * 1.2);
  background: color-mix(in srgb, var(--soft) 55%, var(--paper));
  font-size: 1.12rem;
  line-height: 1.75;
  overflow-wrap: anywhere;
  white-space: pre-wrap;
  scrollbar-width: thin;
}
.reading:focus-visible {
  outline: 2px solid color-mix(in srgb, var(--accent) 55%, transparent);
}
.reading.markable {
  line-height: 2.15;
  cursor: text;
}
@container (min-width: 700px) {
  .reading {
    padding-inline: max(1.5rem, calc((100% - 44rem) / 2));
  }
}
.piece {
  background-repeat: no-repeat;
  background-color: color-mix(in srgb, var(--colour, transparent) 22%, transparent);
  border-radius: 3px 3px 0 0;
  -webkit-box-decoration-break: clone;
  box-decoration-break: clone;
}
.piece.suggested {
  background-color: transparent;
}
.piece.chosen {
  background-color: color-mix(in srgb, var(--colour) 46%, transparent);
  box-shadow: 0 -2px 0 var(--colour);
}
.tag {
  margin: 0 0.25em 0 1px;
  user-select: none;
  -webkit-user-select: none;
}
.tag::after {
  content: attr(data-name);
  padding: 0.05em 0.4em;
  border-radius: 3px;
  background: color-mix(in srgb, var(--colour) 72%, #000000);
  color: #ffffff;
  font-size: 0.66rem;
  font-weight: 600;
  line-height: 1;
  vertical-align: 0.2em;
  white-space: nowrap;
}
.tag.suggested::after {
  border: 1px dashed var(--colour);
  background: transparent;
  color: var(--muted);
}
.caret {
  position: absolute;
  top: 0;
  left: 0;
  width: 2px;
  background: var(--accent);
  pointer-events: none;
}
.mark-chips {
  display: flex;
  flex-wrap: wrap;
  gap: 0.35rem;
  max-height: 7rem;
  margin: 0;
  padding: 3px;
  overflow-y: auto;
  list-style: none;
  scrollbar-width: thin;
}
.mark-chips li {
  display: inline-flex;
  max-width: 100%;
}
.mark-chip,
.mark-remove {
  min-height: 2rem;
  padding: 0 0.6rem;
  border: 1px solid var(--line);
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  font-size: 0.82rem;
  cursor: pointer;
}
.mark-chip {
  overflow: hidden;
  border-left: 5px solid var(--colour);
  border-radius: 1rem 0 0 1rem;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.mark-chip[aria-pressed="true"] {
  background: color-mix(in srgb, var(--colour) 28%, var(--paper));
}
.mark-remove {
  border-left: 0;
  border-radius: 0 1rem 1rem 0;
  color: var(--muted);
}
@media (hover: none) {
  .mark-chip,
  .mark-remove {
    min-height: 2.5rem;
  }
}

/* Instructions and keys; a closer look. */
.guide,
.look {
  max-width: none;
  max-height: calc(100dvh - 2rem);
  padding: 0;
  border: 1px solid var(--line);
  border-radius: calc(var(--radius) * 1.2);
  background: var(--paper);
  color: var(--ink);
  box-shadow: 0 1rem 3rem rgba(0, 0, 0, 0.3);
}
.guide {
  width: min(46rem, calc(100vw - 1.5rem));
}
.guide::backdrop,
.look::backdrop {
  background: rgba(0, 0, 0, 0.45);
}
.guide-tabs {
  position: sticky;
  top: 0;
  z-index: 1;
  display: flex;
  gap: 0.3rem;
  padding: 0.7rem 1rem;
  border-bottom: 1px solid var(--line);
  background: var(--paper);
}
.guide-tabs .primary {
  margin-left: auto;
}
.tab[aria-selected="true"] {
  background: var(--soft);
  font-weight: 600;
}
.guide > div:empty {
  display: none;
}
.guide-body {
  display: grid;
  gap: 0.8rem;
  padding: 1rem 1.25rem 1.5rem;
}
.guide-body h4 {
  margin: 0.3rem 0 0;
  padding: 0;
  font-size: 1.05rem;
  font-weight: 600;
}
.instructions,
.guide-description {
  overflow-wrap: anywhere;
  white-space: pre-wrap;
}
.guide-classes,
.key-list {
  display: grid;
  gap: 0.7rem;
  margin: 0;
  padding: 0;
  list-style: none;
}
.guide-classes li {
  display: grid;
  gap: 0.3rem;
  padding-left: 0.8rem;
  border-left: 3px solid var(--colour);
}
.guide-class {
  display: flex;
  align-items: center;
  gap: 0.5rem;
}
.guide-description {
  color: var(--muted);
}
.guide-examples {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
}
.guide-examples img {
  width: 4.2rem;
  height: 4.2rem;
  border-radius: 5px;
  background: #000000;
  object-fit: contain;
}
.key-list {
  gap: 0.35rem;
}
.key-list li {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.2rem 0.8rem;
}
.key-title {
  flex: 1;
  min-width: 9rem;
  overflow-wrap: anywhere;
}
.keycap {
  min-width: 5rem;
  min-height: 2.1rem;
  font-variant-numeric: tabular-nums;
}
.keycap.listening {
  border-color: var(--accent);
  color: var(--accent);
}
.conflict {
  flex-basis: 100%;
  color: var(--warn);
}
.look {
  padding: 1rem;
}
.look img {
  display: block;
  width: auto;
  height: min(70dvh, 80vw);
  max-width: 90vw;
  margin: 0 auto;
  border-radius: 4px;
  background: #000000;
  object-fit: contain;
}
.look-text {
  width: min(44rem, 86vw);
  max-height: 70dvh;
  overflow-y: auto;
  font-size: 1.1rem;
  line-height: 1.7;
  overflow-wrap: anywhere;
  white-space: pre-wrap;
}
.look-foot {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.5rem;
  margin-top: 0.75rem;
}

@media (hover: none) {
  .button.class,
  .tools .button,
  .chip {
    min-height: 2.9rem;
  }
}
@container (max-width: 560px) {
  .stage {
    height: min(var(--stage-height, 640px), 40svh);
    min-height: 12rem;
  }
  .reading {
    max-height: 46svh;
    font-size: 1.05rem;
  }
  .classbar-buttons {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(8.2rem, 1fr));
    max-height: 12.5rem;
  }
  .as-grid .classbar-buttons {
    display: flex;
    flex-wrap: nowrap;
    overflow: auto hidden;
  }
  .as-grid .button.class {
    flex: none;
    max-width: 11rem;
  }
  .as-one .work {
    gap: 0.5rem;
  }
  .as-one .work-main {
    display: contents;
  }
  .as-one .comment {
    order: 2;
  }
  .as-one .tools {
    order: 3;
  }
  .as-one .work-side {
    order: 1;
  }
  .recent-answers {
    display: none;
  }
  .tools .group {
    flex: 1 1 100%;
  }
  .tools .group .button {
    flex: 1 1 auto;
    padding-inline: 0.5rem;
  }
  .header-text {
    gap: 0 0.6rem;
  }
}
`;var rn=3e3;function Ys({session:n,annotator:e,mode:t,queue:s,page_size:i}){return JSON.stringify([n,e,t,t==="review"?s:"",i])}var It=class{constructor(e,t){this.args=t;this.root.className="labeller";for(let s of["keydown","keyup","keypress"])this.root.addEventListener(s,i=>i.stopPropagation());this.place.className="labeller-notice",this.root.append(this.place),e.append(this.root),this.known=Ys(t.data),this.start()}args;root=document.createElement("div");place=document.createElement("div");surface=null;known;asked=new AbortController;timer;update(e){this.args=e;let t=Ys(e.data);if(t===this.known){this.surface?.update(e);return}this.known=t,this.stop(),this.start()}dispose(){this.stop(),this.root.remove()}stop(){this.asked.abort(),clearTimeout(this.timer),this.surface?.dispose(),this.surface=null,this.root.replaceChildren(this.place)}async start(){this.asked=new AbortController;let{signal:e}=this.asked,{session:t,annotator:s}=this.args.data;try{let i=await Q(t,s,e);if(e.aborted)return;f(this.place,null),this.surface=this.make(i)}catch(i){if(S(i)||e.aborted)return;let r=b(i);if(r.status===-1)throw i;f(this.place,r,{label:"Try again",run:()=>{this.start()}}),r.passing&&(this.timer=setTimeout(()=>{this.start()},rn))}}make(e){return this.args.data.mode==="review"?new ot(this.root,this.args,e):e.session.config.answer==="drawings"?new ye(this.root,this.args,e):new Ye(this.root,this.args,e)}},bh=Ht(Fs,(n,e)=>new It(n,e));export{bh as default};
