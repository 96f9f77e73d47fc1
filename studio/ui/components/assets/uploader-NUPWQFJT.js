function i(r,e={},...t){let n=document.createElement(r);for(let[o,s]of Object.entries(e))s===void 0||s===!1||n.setAttribute(o,s===!0?"":String(s));return n.append(...t),n}function m(r,e,t={}){let n=i("button",{type:"button",class:"button",...t},r);return n.addEventListener("click",e),n}function d(r,e){r.textContent!==e&&(r.textContent=e)}var K=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function G(r){return K.format(r)}function v(r,e,t=`${e}s`){return`${G(r)} ${r===1?e:t}`}function g(r){let e=["bytes","KB","MB","GB","TB"],t=r,n=0;for(;t>=1e3&&n<e.length-1;)t/=1e3,n+=1;return`${n===0||t>=100?Math.round(t):t.toFixed(1)} ${e[n]}`}function D(r){let e=Math.max(0,Math.round(r));if(e<60)return`${e} s`;let t=Math.floor(e/60);return t<10?`${t} min ${e%60} s`:t<60?`${t} min`:`${Math.floor(t/60)} h ${t%60} min`}var l=class extends Error{constructor(t,n,o,s){super(t);this.what=t;this.why=n;this.fix=o;this.status=s}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},$=new URL("../",import.meta.url),X=2e4,P="_streamlit_xsrf";function y(r,e={}){let t=new URL(r,$);for(let[n,o]of Object.entries(e))o!=null&&o!==""&&t.searchParams.set(n,String(o));return t.href}function k(){for(let r of document.cookie.split("; "))if(r.startsWith(`${P}=`))return r.slice(P.length+1);return""}async function E(){await fetch(new URL("../_stcore/health",$),{cache:"no-store"})}function T(r,e){try{let{error:t}=JSON.parse(e);if(t.what)return new l(t.what,t.why,t.fix,r)}catch{}return r>=500?new l(`The studio answered with status ${r}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",r):new l(`The studio answered with status ${r}.`,"The server did not say why.","Reload the page and try again.",r)}function w(){return new l("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function M(r,e,t){let n={};r!=="GET"&&(n["x-xsrftoken"]=k()),t.json!==void 0&&(n["content-type"]="application/json");let o=new AbortController,s=setTimeout(()=>o.abort(),X),a=()=>o.abort();t.signal?.addEventListener("abort",a),t.signal?.aborted&&o.abort();let u={method:r,headers:n,credentials:"same-origin",keepalive:t.keepalive??!1,signal:o.signal};t.json!==void 0&&(u.body=JSON.stringify(t.json));try{return await fetch(e,u)}catch(f){throw t.signal?.aborted?f:w()}finally{clearTimeout(s),t.signal?.removeEventListener("abort",a)}}async function R(r,e,t={}){let n=await M(r,e,t);if(n.status===403&&r!=="GET"&&(await E().catch(()=>{}),n=await M(r,e,t)),!n.ok)throw T(n.status,await n.text().catch(()=>""));return n}async function z(r,e,t={}){return await(await R("POST",r,{...t,json:e})).json().catch(()=>Promise.reject(w()))}function b(r){return r instanceof l?r:new l("The page could not finish this step.",r instanceof Error?r.message:String(r),"Reload the page; nothing that was saved is lost.",-1)}var q=`.studio {
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
`;function F(r,e){let t=document.createElement("span");t.style.color=e,r.append(t);let n=getComputedStyle(t).color;t.remove();let o=n.match(/[\d.]+/g)?.map(Number)??[],s=n.startsWith("color(")?255:1;return[(o[0]??0)*s,(o[1]??0)*s,(o[2]??0)*s]}function I([r,e,t]){let n=o=>{let s=o/255;return s<=.04045?s/12.92:((s+.055)/1.055)**2.4};return .2126*n(r)+.7152*n(e)+.0722*n(t)}function L(r){let e=I(F(r,"var(--st-background-color, #ffffff)"))<.4;r.dataset.theme=e?"dark":"light";let t=I(F(r,"var(--st-primary-color, #ff4b4b)"));r.style.setProperty("--on-accent",1.05/(t+.05)>=3?"#ffffff":"#111111")}var J=50;function U(r,e){let t=new WeakMap;return n=>{let o=n.parentElement,s=t.get(o);if(s)L(s.host),s.instance.update(n);else{let f=document.createElement("style");f.textContent=q+r;let h=document.createElement("div");h.className="studio",o.append(f,h),L(h),s={host:h,style:f,instance:e(h,n),turn:0},t.set(o,s)}let a=s,u=++a.turn;return()=>{setTimeout(()=>{a.turn!==u||a.host.isConnected||(a.instance.dispose(),a.host.remove(),a.style.remove(),t.delete(o))},J)}}}function V(r,...e){let t=i("div",{class:"notice",role:"alert"},i("p",{class:"notice-what"},r.what),i("p",{},r.why),i("p",{class:"notice-fix"},r.fix));return e.length>0&&t.append(i("div",{class:"notice-actions"},...e.map(n=>m(n.label,()=>n.run())))),t}function c(r,e,...t){if(!e){r.replaceChildren();return}let n=[e.what,e.why,...t.map(o=>o.label)].join(`
`);r.firstElementChild&&r.dataset.content===n||(r.dataset.content=n,r.replaceChildren(V(e,...t)))}var C={images:{suffixes:["zip","png","jpg","jpeg","gif","bmp","webp"],nothing:"A zip or a folder of pictures is needed, such as PNG or JPEG."},npy:{suffixes:["npy"],nothing:"NumPy files are needed, with names that end in .npy."},model:{suffixes:["zip"],nothing:"The zip of a saved model is needed."}};function j(r){let e=Array.from(r,t=>({file:t,name:t.webkitRelativePath||t.name}));return O(e.filter(({name:t})=>!_(t)))}async function H(r){let e=Array.from(r.items,o=>o.webkitGetAsEntry()),t=[],n=e.filter(o=>o!==null);for(;n.length>0;)n=(await Promise.all(n.filter(s=>!_(s.fullPath)).map(async s=>{if(s.isDirectory)return Q(s);let a=await Y(s);return t.push({file:a,name:s.fullPath.replace(/^\/+/,"")}),[]}))).flat();return O(t.sort((o,s)=>o.name.localeCompare(s.name,"en")))}function _(r){return r.split("/").some(e=>e.startsWith(".")||e==="__MACOSX"||e==="Thumbs.db")}function N(r,e){let t=C[e].suffixes,n=r.files.filter(({name:o})=>t.includes(o.slice(o.lastIndexOf(".")+1).toLowerCase()));return{...r,files:n}}function O(r){let[e]=r;if(!e)return{files:r,label:""};let[t]=e.name.split("/");if(e.name.includes("/")&&r.every(({name:o})=>o.startsWith(`${t}/`))){let o=`${t}/`.length;return{files:r.map(({file:a,name:u})=>({file:a,name:u.slice(o)})),label:t??""}}return{files:r,label:r.length===1?e.name:`${r.length} files`}}async function Q(r){let e=r.createReader(),t=[];for(;;){let n=await new Promise((o,s)=>{e.readEntries(o,s)});if(n.length===0)return t;t.push(...n)}}function Y(r){return new Promise((e,t)=>r.file(e,t))}var B=`.uploader {
  display: grid;
  gap: 0.6rem;
  min-width: 0;
}
.uploader > div:empty {
  display: none;
}
.zone {
  display: grid;
  justify-items: center;
  gap: 0.9rem;
  padding: 1.75rem 1rem;
  border: 1.5px dashed var(--line);
  border-radius: var(--radius);
  background: var(--soft);
  text-align: center;
  transition:
    border-color 0.12s,
    background-color 0.12s;
}
.zone.over {
  border-color: var(--accent);
  background: color-mix(in srgb, var(--accent) 12%, var(--soft));
}
.prompt {
  font-size: 1.05rem;
}
@media (hover: none) {
  .prompt {
    display: none;
  }
}
.buttons {
  display: flex;
  flex-wrap: wrap;
  justify-content: center;
  gap: 0.5rem;
}
.buttons > span {
  position: relative;
}
.busy {
  display: grid;
  gap: 0.5rem;
  padding: 0.75rem 1rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
}
.busy-head,
.busy-foot {
  display: flex;
  align-items: center;
  justify-content: space-between;
  gap: 0.25rem 1rem;
}
.busy-foot {
  flex-wrap: wrap;
}
.label {
  min-width: 0;
  font-weight: 600;
  overflow-wrap: anywhere;
}
.busy-head .button {
  flex: none;
}
.busy.done .bar {
  display: none;
}
`;var ee=3,te=500,re=8e3,p=class extends Error{},x=class{constructor(e,t){this.onProgress=t;this.queue=[...e],this.total=e.reduce((n,{file:o})=>n+o.size,0)}onProgress;total;upload=null;trouble=null;queue;requests=new Map;finished=0;cancelled=!1;get sent(){let e=this.finished;for(let t of this.requests.values())e+=t;return Math.min(this.total,e)}get filesLeft(){return this.queue.length+this.requests.size}async run(){this.upload??=await this.persist(async()=>(await z(y("uploads"),{})).upload);let e=this.upload,t=Array.from({length:Math.min(ee,this.queue.length)},()=>this.work(e)),n=await Promise.allSettled(t);for(let o of n)if(o.status==="rejected")throw o.reason;return e}cancel(){this.cancelled=!0;for(let e of this.requests.keys())e.abort();this.upload&&S(this.upload)}async work(e){for(let t=this.queue.shift();t;t=this.queue.shift()){let{file:n,name:o}=t;try{await this.persist(()=>this.put(e,n,o),n)}catch(s){throw this.queue.unshift(t),s}this.finished+=n.size,this.onProgress()}}async persist(e,t){for(let n=0;;n+=1){if(this.cancelled)throw new p;try{let o=await e();return this.trouble=null,o}catch(o){if(this.cancelled)throw new p;let s=b(o);if(!s.passing)throw s;t&&await ne(t),this.trouble=s,this.onProgress(),await oe(Math.min(re,te*2**n))}}}async put(e,t,n){let o=y(`uploads/${e}/files`,{name:n});try{await this.send(o,t)}catch(s){if(!(s instanceof l)||s.status!==403)throw s;await E(),await this.send(o,t)}}send(e,t){return new Promise((n,o)=>{let s=new XMLHttpRequest;this.requests.set(s,0),s.open("PUT",e),s.setRequestHeader("x-xsrftoken",k()),s.setRequestHeader("content-type","application/octet-stream"),s.upload.addEventListener("progress",a=>{this.requests.has(s)&&(this.requests.set(s,a.loaded),this.onProgress())}),s.addEventListener("loadend",()=>{this.requests.delete(s),s.status>=200&&s.status<300?n():s.status===0?o(w()):o(T(s.status,s.responseText))}),s.send(t)})}};function S(r){R("DELETE",y(`uploads/${r}`),{keepalive:!0}).catch(()=>{})}async function ne(r){try{await r.slice(0,1).arrayBuffer()}catch{throw new l(`The file ${r.name} can no longer be read.`,"It was changed, moved or deleted since it was chosen.","Cancel, and choose the files again.",-1)}}function oe(r){return new Promise(e=>setTimeout(e,r))}var se=4e3,ie=100,A=class{args;transfer=null;choice={files:[],label:""};done=null;marks=[];painted=0;skipped=0;zone=i("div",{class:"zone"});prompt=i("p",{class:"prompt"});buttons=i("div",{class:"buttons"});busy=i("div",{class:"busy",hidden:!0});label=i("p",{class:"label"});figures=i("p",{class:"muted small numbers"});fill=i("div");bar=i("div",{class:"bar",role:"progressbar","aria-label":"Upload","aria-valuemin":0,"aria-valuemax":100},this.fill);status=i("span",{class:"status",role:"status"});stopButton=m("Cancel",()=>this.stop());place=i("div");onUnload=e=>{this.transfer&&e.preventDefault()};constructor(e,t){this.args=t,this.zone.append(this.prompt,this.buttons),this.busy.append(i("div",{class:"busy-head"},this.label,this.stopButton),this.bar,i("div",{class:"busy-foot"},this.figures,this.status));let n=i("div",{class:"uploader"},this.zone,this.busy,this.place);n.addEventListener("keydown",o=>o.stopPropagation()),n.addEventListener("dragover",o=>this.hover(o,!0)),n.addEventListener("dragleave",o=>this.hover(o,!1)),n.addEventListener("drop",o=>this.drop(o)),e.append(n),addEventListener("beforeunload",this.onUnload),this.offer(t.data.kind)}update(e){let t=e.data.kind!==this.args.data.kind;this.args=e,t&&this.offer(e.data.kind)}dispose(){removeEventListener("beforeunload",this.onUnload),this.transfer?.cancel()}offer(e){if(e==="npy"){d(this.prompt,"Drop .npy files here"),this.buttons.replaceChildren(this.chooser("Choose .npy files",{accept:".npy",multiple:!0},!0));return}if(e==="model"){d(this.prompt,"Drop the zip of a saved model here"),this.buttons.replaceChildren(this.chooser("Choose a zip",{accept:".zip,application/zip"},!0));return}d(this.prompt,"Drop a zip or a folder of pictures here");let t="webkitdirectory"in HTMLInputElement.prototype;this.buttons.replaceChildren(this.chooser("Choose a zip",{accept:".zip,application/zip"},!0),t?this.chooser("Choose a folder",{webkitdirectory:!0,multiple:!0},!1):this.chooser("Choose pictures",{accept:"image/*",multiple:!0},!1))}chooser(e,t,n){let o=i("input",{type:"file",class:"visually-hidden",tabindex:-1,...t});o.setAttribute("aria-hidden","true"),o.addEventListener("change",()=>{o.files&&o.files.length>0&&this.begin(j(o.files)),o.value=""});let s=m(e,()=>o.click(),{class:n?"button primary":"button"});return i("span",{},s,o)}hover(e,t){e.preventDefault(),this.zone.classList.toggle("over",t&&!this.transfer)}drop(e){e.preventDefault(),e.stopPropagation(),this.zone.classList.remove("over"),!(!e.dataTransfer||this.transfer)&&H(e.dataTransfer).then(t=>this.begin(t),t=>c(this.place,b(t)))}begin(e){let{kind:t}=this.args.data,n=N(e,t);if(n.files.length===0){let o=e.label?`“${e.label}” holds nothing that fits here.`:"No file was chosen.",s=t==="npy"?"Choose other files.":"Choose another zip or folder.";c(this.place,new l(o,C[t].nothing,s,-1));return}this.done&&this.forgetDone(),this.choice=n,this.skipped=e.files.length-n.files.length,this.transfer=new x(n.files,()=>this.progress()),this.marks=[{at:performance.now(),sent:0}],this.go()}async go(){let{transfer:e,choice:t}=this;if(e){c(this.place,null),this.paint();try{let n=await e.run();this.transfer=null,this.done={upload:n,files:t.files.length,bytes:e.total,label:t.label},this.args.setStateValue("upload",this.done)}catch(n){if(n instanceof p)return;c(this.place,b(n),{label:"Try again",run:()=>{this.go()}},{label:"Cancel",run:()=>this.stop()})}this.paint()}}stop(){this.transfer?.cancel(),this.transfer=null,c(this.place,null),this.done&&(this.forgetDone(),this.args.setStateValue("upload",null)),this.paint(),this.buttons.querySelector("button")?.focus()}forgetDone(){this.done&&S(this.done.upload),this.done=null}progress(){let e=performance.now(),{transfer:t}=this;e-this.painted<ie&&t&&t.filesLeft>0&&!t.trouble||(this.painted=e,this.paint())}paint(){let{transfer:e,done:t}=this;if(this.zone.hidden=e!==null||t!==null,this.busy.hidden=!this.zone.hidden,this.busy.classList.toggle("done",t!==null),d(this.stopButton,t?"Remove":"Cancel"),t){d(this.label,t.label),this.share(1);let n=this.skipped>0?` · ${v(this.skipped,"other file")} left out`:"";d(this.figures,`${v(t.files,"file")} · ${g(t.bytes)}${n}`),this.say("saved","uploaded")}else e&&(d(this.label,this.choice.label),this.share(e.total>0?e.sent/e.total:0),d(this.figures,this.pace(e)),e.trouble?this.say("offline","connection lost, trying again"):this.say("saving","uploading…"))}share(e){this.fill.style.transform=`scaleX(${e})`,this.bar.setAttribute("aria-valuenow",String(Math.round(e*100)))}say(e,t){this.status.dataset.state=e,d(this.status,t)}pace(e){let t=performance.now();for(this.marks.push({at:t,sent:e.sent});this.marks.length>2&&t-(this.marks[0]?.at??t)>se;)this.marks.shift();let[n]=this.marks,o=n?t-n.at:0,s=n&&o>300?(e.sent-n.sent)/o*1e3:0,a=[`${g(e.sent)} of ${g(e.total)}`],{length:u}=this.choice.files;return u>1&&a.push(`${u-e.filesLeft} of ${v(u,"file")}`),s>0&&a.push(`${g(s)}/s`,`about ${D((e.total-e.sent)/s)} left`),a.join(" · ")}},Ce=U(B,(r,e)=>new A(r,e));export{Ce as default};
